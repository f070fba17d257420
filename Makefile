# One command each. Everything lives in .venv and in the data folder; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEMO := build/demo
# In the order of the folders: whole nights come first, and small files fill what they leave.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
SBOM := build/sbom

.PHONY: setup demo test test-all check audit sbom bench dev render clean
.DEFAULT_GOAL := setup

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: setup
	$(BIN)/hedui demo --out $(DEMO) || [ $$? -eq 3 ]  # 3: rows were held back, which the demo is meant to show

test: setup
	$(PYTEST) -m 'not slow'

test-all: setup
	$(PYTEST)

check: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy pipelines expectations
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

audit: setup  # known vulnerabilities in what is pinned; needs the network, and fails without it. AUDIT='-s osv --osv-url ADDRESS'
	$(BIN)/pip-audit --strict -r constraints.txt --no-deps --disable-pip --progress-spinner off $(AUDIT)

sbom: setup  # the bill of materials: what is installed, in which version, under which licence
	$(PYTHON) -m venv $(SBOM)  # apart: beside dbt its validators would cost every process a second and more
	$(SBOM)/bin/pip install --quiet --disable-pip-version-check -c constraints.txt cyclonedx-bom
	$(SBOM)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o build/sbom.json $(BIN)/python

bench: setup  # BENCH='--public FOLDER --write'; Splink beside it with pip install '.[bench]' or --peer-python
	$(BIN)/python -m benchmarks $(BENCH)

dev: setup
	$(BIN)/hedui dev

render: setup  # what is written from the contracts, the seeds and the catalogue of faults: staging models, docs/policy.md, docs/bad-inputs.md
	$(BIN)/python dbt_project/render_staging.py
	$(BIN)/python docs/render.py
	PYTHONPATH=. $(BIN)/python docs/render_bad_inputs.py

clean:
	rm -rf build dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache
