# Matching at size: 150,000 enterprises × 300 policies on both databases (docs/benchmarks-policies.md).
.PHONY: bench-policies

bench-policies: setup-test ## measure matching and the enterprise's home on both databases (long)
	@scripts/with_postgres.sh $(BIN)/python -m bench.policies $(ARGS)
