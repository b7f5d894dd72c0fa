# Pages at 10,000 and 100,000 cases (`make bench`); one database at a time, with the slowest statements told.
.PHONY: bench-sqlite bench-postgres bench-reset

bench-sqlite:
	@$(BIN)/python -m bench --only sqlite --slow $(ARGS)

bench-postgres:
	@scripts/with_postgres.sh $(BIN)/python -m bench --only postgres --slow $(ARGS)

bench-reset:
	@rm -rf "$(ROOT)/var/bench"
