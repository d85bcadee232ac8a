-- What lists ask of every row stands in their indexes: which authorities are still there is told
-- without reading them, and so are the tags of an account.

DROP INDEX authorities_by_creation;
DROP INDEX authorities_by_name;
DROP INDEX authorities_by_kind;
DROP INDEX authorities_by_end;
CREATE INDEX authorities_by_creation
    ON authorities (account, created_at, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_name
    ON authorities (account, common_name, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_kind
    ON authorities (account, kind, created_at, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_end
    ON authorities (account, not_after, id, delete_at) WHERE home = 'private_ca';

DROP INDEX authority_tags_account;
CREATE INDEX authority_tags_account ON authority_tags (account, key, value, authority);
