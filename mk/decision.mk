# Decision engine: conformance to DMN 1.5. TCK is a folder with a copy of the DMN test kit.
.PHONY: tck test-spark

tck: ## conformance to DMN 1.5: make tck TCK=folder with the test kit
	@if [ -z "$(TCK)" ]; then
	  echo "没有给出测试套件的文件夹，跳过一致性测试。用法：make tck TCK=文件夹"
	  exit 0
	fi
	scripts/setup.sh run
	$(BIN)/qiying-decide tck "$(TCK)" --page docs/conformance.md

# Spark is large (400 MB) and needs Java 17: it lives in an environment of its own.
test-spark: setup-test ## matching on a real local Spark session equals matching here
	@command -v java >/dev/null || { echo "需要 Java 17：apt-get install openjdk-17-jre-headless" >&2; exit 1; }
	uv=$$(command -v uv || echo "$(ROOT)/var/tools/uv/bin/uv")
	export UV_SYSTEM_CERTS=$${UV_SYSTEM_CERTS:-1} UV_PROJECT_ENVIRONMENT="$(CACHE)/spark-venv"
	"$$uv" run --frozen --extra spark pytest src/qiying/decision/batch/tests/test_on_spark.py -q $(ARGS)
