-- Keys of authorities that are not here: a certification request must not carry them either. That of
-- an authority whose certificate was made here from a request is found by its identifier, which is
-- the key's digest; that of one above an imported certificate by itself. Chains of before have none
-- here, and are looked through.
CREATE INDEX authorities_elsewhere ON authorities (key_identifier) WHERE home = 'outside';

ALTER TABLE imported_chains ADD COLUMN public_key BLOB;
CREATE INDEX imported_chains_by_key ON imported_chains (public_key);
