# Decision engine: measured against its rivals. They live in an environment of their own (extras bench and fast).
.PHONY: bench-decision

bench-decision: setup ## measure the decision engine against its rivals, write docs/benchmarks-decision.md
	@uv=$$(command -v uv || echo "$(ROOT)/var/tools/uv/bin/uv")
	export UV_SYSTEM_CERTS=$${UV_SYSTEM_CERTS:-1} UV_PROJECT_ENVIRONMENT="$(CACHE)/bench-venv"
	"$$uv" run --frozen --no-default-groups --extra bench --extra fast python bench/decision.py $(ARGS)
