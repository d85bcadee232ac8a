-- Groups of users, policies of accounts, and which policy is attached to whom.

CREATE TABLE user_groups (
    id          TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    account     TEXT   NOT NULL REFERENCES accounts (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX user_groups_page ON user_groups (account, id);
CREATE INDEX users_of_account ON users (account, id);

-- The key is `group/user`.
CREATE TABLE memberships (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    group_id   TEXT   NOT NULL REFERENCES user_groups (id),
    user_id    TEXT   NOT NULL REFERENCES users (id),
    account    TEXT   NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX memberships_group ON memberships (group_id, user_id);
CREATE INDEX memberships_user ON memberships (user_id, group_id);

CREATE TABLE policies (
    id              TEXT   NOT NULL PRIMARY KEY,
    version         BIGINT NOT NULL,
    account         TEXT   NOT NULL REFERENCES accounts (id),
    name            TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    default_version BIGINT NOT NULL,
    latest_version  BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX policies_page ON policies (account, id);

CREATE TABLE policy_versions (
    policy     TEXT   NOT NULL REFERENCES policies (id),
    number     BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (policy, number)
);

-- The key is `principal/policy/reach`. Either a user or a group is there. `custom` repeats `policy`
-- where the policy is the account's own, and refers to it; a system policy has no row.
CREATE TABLE attachments (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    account    TEXT   NOT NULL REFERENCES accounts (id),
    user_id    TEXT   REFERENCES users (id),
    group_id   TEXT   REFERENCES user_groups (id),
    policy     TEXT   NOT NULL,
    custom     TEXT   REFERENCES policies (id),
    reach      TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX attachments_page ON attachments (account, id);
CREATE INDEX attachments_user ON attachments (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX attachments_group ON attachments (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX attachments_policy ON attachments (account, policy);
CREATE INDEX attachments_custom ON attachments (custom) WHERE custom IS NOT NULL;
