# The commands of the house; people and CI use the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACK := server/cordee/definitions/data/r4.pack

.PHONY: run test lint format bench bench-report setup profiles shipped ig

run: setup
	$(BIN)/cordee serve --demo

test: setup
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python profiles/compile.py --check
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off

format: setup
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: setup
	$(BIN)/python -m benchmarks

# The results in benchmarks/history as tables and charts in docs/performance.md.
bench-report: setup
	$(BIN)/python -m benchmarks.history_report

# The published guide as static pages, in build/ig.
ig: setup
	PYTHONPATH=. $(BIN)/python ig/build.py

# FSH to structuredefinitions/, with SUSHI from npm.
profiles: setup
	$(BIN)/python profiles/compile.py
	$(BIN)/python -m cordee.definitions.shipped

setup: $(VENV)/.installed $(PACK) shipped

# Does nothing when structuredefinitions/ and terminology/ are as they were.
shipped: | $(VENV)/.installed
	$(BIN)/python -m cordee.definitions.shipped

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# The editable install makes the pack too; this rule makes it again when its sources change.
$(PACK): server/cordee/definitions/build.py server/cordee/definitions/corrections.json | $(VENV)/.installed
	$(BIN)/python -m cordee.definitions.build
