# Decision engine: conformance to DMN 1.5. TCK is a folder with a copy of the DMN test kit.
.PHONY: tck

tck:
	@if [ -z "$(TCK)" ]; then \
	  echo "没有给出测试套件的文件夹，跳过一致性测试。用法：make tck TCK=文件夹"; \
	else \
	  uv run --no-sync qiying-decide tck "$(TCK)" --page docs/conformance.md; \
	fi
