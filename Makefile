# Two commands for newcomers: `make demo` and `make test`. Both set themselves up.
.PHONY: demo test check fix serve lock clean journeys bench
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
SPARK := .venv/.spark

help:
	@echo "make demo    示范县:建库、造数据、启动 http://127.0.0.1:8000"
	@echo "make test    全部测试:SQLite、PostgreSQL、浏览器"
	@echo "make check   静态检查;make fix 自动修整"
	@echo "make serve   启动已建好的系统"

$(RUN): locks/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(DEV): $(RUN) locks/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	touch $@

# The roll-up on Spark, an extra: needs Java 17. `make test` takes its stage in when this is there.
$(SPARK): $(RUN) locks/spark.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/spark.txt
	touch $@

demo: $(RUN)
	$(BIN)/qunwen demo

serve: $(RUN)
	$(BIN)/qunwen serve

test: $(DEV)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/run.py

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy $$($(BIN)/python tools/typed.py)
	$(BIN)/python tools/vendor.py verify

fix: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o locks/run.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o locks/dev.txt
	echo "pyspark>=4.3,<5" | uv pip compile - -c locks/dev.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o locks/spark.txt
	echo "hatchling editables" | tr ' ' '\n' | uv pip compile - -c locks/dev.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o locks/build.txt

bench: $(DEV)
	for script in bench/*.py; do $(BIN)/python $$script; done

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
