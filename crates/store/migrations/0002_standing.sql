-- Users beside an account's owner, and what ends sessions. Until now each account had its owner
-- alone. An empty password hash is none: such a user signs requests only.

ALTER TABLE users ADD COLUMN standing TEXT NOT NULL DEFAULT 'owner';
ALTER TABLE users ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tokens ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
