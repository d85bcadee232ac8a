# What there is to do here. `make help` lists it.
SHELL := /bin/bash
CARGO_DENY := 0.20.2
CARGO_FUZZ := 0.13.2

.PHONY: help run test test-nodes torture test-interop test-terraform check bench bench-large soak fuzz advisories openapi requirements
.DEFAULT_GOAL := help

# The clients' tests against three nodes on one PostgreSQL, but those that are about one process.
THREE_NODES := CINNABAR_TEST_DATABASE=postgres CINNABAR_TEST_NODES=3 .venv/bin/pytest -m "not one_node"

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name what; do printf '%-14s%s\n' "$$name" "$$what"; done

run: ## serve with the data directory ./data, made on first use
	@scripts/prerequisites build && cargo run --locked --release -p server -- serve --data-dir ./data

test: ## every test: the crates', then the clients' against the built server
	@scripts/prerequisites test && cargo test --workspace --locked && CINNABAR_TEST_ENGINE=postgres cargo test --workspace --locked --test api && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest tests/clients
	$(THREE_NODES) $(addprefix tests/clients/,$(addprefix v1/certificates/test_,create_by_csr.py revoke.py list.py tags.py) v1/test_create.py v1/test_revoke.py v1/test_crl.py v3/auth v5 test_revocation_delays.py) tests/clients/v3/test_*.py

test-nodes: ## all clients' tests through a round-robin of three nodes on one PostgreSQL
	@scripts/prerequisites test && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	$(THREE_NODES) tests/clients

torture: ## 200 kills under load on each engine, fail-overs, faults; CINNABAR_TORTURE_SEED repeats a run
	@scripts/prerequisites test && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	CINNABAR_TORTURE_KILLS=200 .venv/bin/pytest tests/clients/durability tests/clients/nodes

test-interop: ## what nginx, Apache, GnuTLS, NSS, Bouncy Castle, gmsm and the Go SDK say; installs them
	@scripts/prerequisites test && scripts/interop-prerequisites && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest -c tests/interop/pytest.ini tests/interop

test-terraform: ## OpenTofu and the cloud's provider, built on the first run (Go, minutes), apply and destroy plans
	@scripts/prerequisites test && scripts/terraform-tools && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest -c tests/terraform/pytest.ini tests/terraform

check: target/tools/bin/cargo-deny ## format, lints, documents, licences and sources, then the crates' tests
	cargo fmt --all --check && cargo clippy --workspace --all-targets --locked -- -D warnings && RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	target/tools/bin/cargo-deny --locked check bans licenses sources && cargo test --workspace --locked

bench: ## the figures of docs/, each beside its reference; DATABASE=postgres://… for PostgreSQL as well
	cargo build --locked --release -p server -p bench && mkdir -p target/bench && target/release/cinnabar-bench
	target/release/cinnabar-bench efficiency --json target/bench/efficiency-sqlite.json
	target/release/cinnabar-bench capacity --json target/bench/capacity-sqlite.json
	target/release/cinnabar-bench scale --sizes 100000,1000000 --json target/bench/scale-sqlite.json --svg target/bench/scale-sqlite.svg
	@if [ -n "$(DATABASE)" ]; then set -ex; \
	  target/release/cinnabar-bench efficiency --database "$(DATABASE)" --json target/bench/efficiency-postgres.json; \
	  target/release/cinnabar-bench capacity --database "$(DATABASE)" --json target/bench/capacity-postgres.json; \
	  target/release/cinnabar-bench scale --sizes 100000,1000000 --database "$(DATABASE)" --json target/bench/scale-postgres.json --svg target/bench/scale-postgres.svg; fi

bench-large: ## what ten million certificates cost: 35 GB of disk; DATABASE=postgres://… to have them there
	cargo build --locked --release -p server -p bench && mkdir -p target/bench
	target/release/cinnabar-bench scale --sizes 10000000 $(if $(DATABASE),--database "$(DATABASE)") --json target/bench/scale-large.json --svg target/bench/scale-large.svg

soak: ## 30 minutes at 70 % of what the server bears: memory and latency
	cargo build --locked --release -p server -p bench && mkdir -p target/bench
	target/release/cinnabar-bench soak --minutes 30 --share 70 $(if $(DATABASE),--database "$(DATABASE)") --json target/bench/soak.json --svg target/bench/soak.svg

fuzz: target/tools/bin/cargo-fuzz ## every parser under coverage guidance, each for FUZZ_SECONDS (60)
	scripts/fuzz

advisories: target/tools/bin/cargo-deny ## known vulnerabilities in what we depend on (needs a network)
	target/tools/bin/cargo-deny --locked check advisories

openapi: ## write docs/api anew from the routes
	CINNABAR_WRITE_OPENAPI=1 cargo test --locked -p api --test openapi the_committed

requirements: ## pin tests/clients/requirements.in anew (needs a network)
	scripts/pin-requirements

# The client tests' packages: hashed, installed again only when the list changes.
.venv/stamp: tests/clients/requirements.txt
	python3 -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $< && touch $@

target/tools/bin/cargo-deny:
	cargo install --locked --root target/tools cargo-deny@$(CARGO_DENY)

target/tools/bin/cargo-fuzz:
	cargo install --locked --root target/tools cargo-fuzz@$(CARGO_FUZZ)
