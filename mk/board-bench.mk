# Call screens of the hall: how soon fifty of them show a call, on SQLite with the real server.
.PHONY: bench-board

bench-board: setup-test ## how soon fifty call screens show a call (a minute and a half)
	@$(BIN)/python -m bench.board $(ARGS)
