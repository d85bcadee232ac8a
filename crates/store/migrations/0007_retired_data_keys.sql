-- From when on a data key seals nothing any more; NULL is the one that seals, or one that was put
-- aside by a rotation that has not got that far.

ALTER TABLE data_keys ADD COLUMN retired_at BIGINT;
