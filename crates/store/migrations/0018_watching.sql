-- Which active authorities end next, over all accounts: the metrics show them.
CREATE INDEX authorities_ending ON authorities (not_after, id)
    WHERE state = 'issued' AND phase = 'active';
