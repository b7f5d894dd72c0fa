# Two commands: `make run` starts Qiying with its demo district, `make test` tests everything.
# Both do all set-up themselves and are quick the second time. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.ONESHELL:

export PORT ?= 8000
# compiled modules are kept: without them every start compiles two thousand files again
unexport PYTHONDONTWRITEBYTECODE
# make runs from anywhere: paths are those of this file's folder
ROOT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
BIN := $(ROOT)/.venv/bin
PYTEST_WORKERS ?= 2
CACHE := $(ROOT)/var/cache

.PHONY: help
help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## .venv, browser assets and system packages, only what is missing
	@scripts/setup.sh run

.PHONY: setup-test
setup-test:
	@scripts/setup.sh test

.PHONY: run
run: setup ## start web and worker with the demo district on 127.0.0.1:$PORT (8000)
	@exec scripts/run.sh

.PHONY: demo-reset
demo-reset: setup ## throw the demo district's data away; the next `make run` starts afresh
	@scripts/demo.sh reset

.PHONY: test
test: setup-test ## all tests on SQLite, browser journeys included
	@$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -q $(ARGS)

.PHONY: test-migrations
.PHONY: test-postgres
test-migrations: setup-test ## an empty database's tables made at once are those of all migrations
	@$(BIN)/pytest -n0 -q -m prove src/qiying/config/tests/test_first_tables.py $(ARGS)

test-postgres: setup-test ## the database-sensitive tests on a throwaway PostgreSQL
	@PG_AUTOVACUUM=off scripts/with_postgres.sh $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -q -m both_databases $(ARGS)

.PHONY: lint
lint: setup-test ## ruff, types, layers, migrations
	@scripts/lint.sh

.PHONY: docs
docs: setup ## write the generated pages under docs/ anew
	@scripts/docs.sh

.PHONY: bench
bench: setup-test ## measure on both databases, write docs/benchmarks.md (long)
	@scripts/with_postgres.sh $(BIN)/python -m bench $(ARGS)

.PHONY: bench-text
bench-text: setup-test ## what reading and comparing messages costs (docs/benchmarks-text.md)
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.text

.PHONY: bundle
bundle: setup ## dist/qiying-…-bundle.tar: installs on a server without a network
	@scripts/bundle.sh

.PHONY: prove
prove: setup-test ## the long proofs: many random sequences, load, the bundle without a network
	@scripts/prove.sh

-include mk/*.mk
