# Decision engine: measured against its rivals. They live in an environment of their own (extras bench and fast).
.PHONY: bench-decision

bench-decision:
	@UV_PROJECT_ENVIRONMENT="$(CACHE)/bench-venv" uv run --frozen --extra bench --extra fast \
	  python bench/decision.py $(ARGS)
