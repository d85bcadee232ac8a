# What there is to do here. `make help` lists it.
SHELL := /bin/bash
CARGO_DENY := 0.20.2
CARGO_FUZZ := 0.13.2

.PHONY: help run test test-interop test-terraform check bench fuzz advisories openapi requirements
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name what; do printf '%-14s%s\n' "$$name" "$$what"; done

run: ## serve with the data directory ./data, made on first use
	@scripts/prerequisites build && cargo run --locked --release -p server -- serve --data-dir ./data

test: ## every test: the crates', then the clients' against the built server
	@scripts/prerequisites test && cargo test --workspace --locked && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest tests/clients

test-interop: ## what nginx, Apache, GnuTLS, NSS, Bouncy Castle, gmsm and the Go SDK say; installs them
	@scripts/prerequisites test && scripts/interop-prerequisites && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest -c tests/interop/pytest.ini tests/interop

test-terraform: ## OpenTofu and the cloud's provider, built on the first run (Go, minutes), apply and destroy plans
	@scripts/prerequisites test && scripts/terraform-tools && cargo build --locked -p server && $(MAKE) --no-print-directory .venv/stamp
	.venv/bin/pytest -c tests/terraform/pytest.ini tests/terraform

check: target/tools/bin/cargo-deny ## format, lints, documents, licences and sources, then the crates' tests
	cargo fmt --all --check && cargo clippy --workspace --all-targets --locked -- -D warnings && RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	target/tools/bin/cargo-deny --locked check bans licenses sources && cargo test --workspace --locked

bench: ## the figures of docs/, each beside its reference
	cargo build --locked --release -p server -p bench && target/release/cinnabar-bench

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
