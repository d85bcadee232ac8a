-- Chains without a key are few and looked for by themselves: PostgreSQL's index of keys has no order.
CREATE INDEX imported_chains_without_key ON imported_chains (authority) WHERE public_key IS NULL;
