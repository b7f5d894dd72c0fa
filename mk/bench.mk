# Pages at 10,000 and 100,000 cases (`make bench`); one database at a time, with the slowest statements told.
.PHONY: bench-sqlite bench-postgres bench-reset

bench-sqlite:
	@$(BIN)/python -m bench --only sqlite --slow $(ARGS)

bench-postgres:
	@scripts/with_postgres.sh $(BIN)/python -m bench --only postgres --slow $(ARGS)

# A million cases from nothing, on one database: thirty gigabytes of disk, ten minutes of a machine that does nothing else.
# The server is set as one sets it for a first load: few checkpoints, no log that a second server would read.
.PHONY: bench-million-sqlite bench-million-postgres

bench-million-sqlite:
	@$(BIN)/python -m bench.million sqlite $(ARGS)

bench-million-postgres: export PG_OPTIONS = -c shared_buffers=2GB -c max_wal_size=8GB -c checkpoint_timeout=1h \
	-c wal_level=minimal -c max_wal_senders=0
bench-million-postgres:
	@PG_AUTOVACUUM=off scripts/with_postgres.sh $(BIN)/python -m bench.million postgres $(ARGS)

bench-reset:
	@rm -rf "$(ROOT)/var/bench"
