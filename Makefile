.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
# Whoever forbids Python to keep what it has compiled would compile all of it at each start.
unexport PYTHONDONTWRITEBYTECODE
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(STAMP) ## Put everything into .venv

$(STAMP): requirements/dev.txt setup.cfg pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --compile-bytecode --quiet --python $(BIN)/python -r requirements/dev.txt
	@$(BIN)/uv pip install --compile-bytecode --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(STAMP)

run: install ## Serve the demo company on http://127.0.0.1:$(PORT)
	@$(BIN)/makings demo --port $(PORT)

test: install browser ## Run all tests, a real browser included
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

faults: install browser ## Break everything that can break during a sitting, and count the answers
	@$(BIN)/python -m pytest -m faults tests/faults

browser:
	@$(BIN)/python -m tests.browser

lint: install ## Style, import contracts, unused and missing dependencies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --config setup.cfg
	@$(BIN)/deptry .

types: install ## Static types
	@$(BIN)/mypy

format: install ## Rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

sure: format lint types test ## Everything before a commit

bench: install ## The benchmarks, as ratios measured side by side
	@$(BIN)/python -m benchmarks

.PHONY: help install run test faults browser lint types format sure bench
