-- One row, raised in the commit of every change that a cache has to learn of: see ledger::Epoch.
CREATE TABLE epochs (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    raised BIGINT NOT NULL
);
INSERT INTO epochs (id, raised) VALUES (1, 0);
