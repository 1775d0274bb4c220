# Everything starts with one of these; each does its own set-up. See scripts/setup.sh for what that is.
.DEFAULT_GOAL := help
.PHONY: help run test bench chaos evaluate lint format clean setup setup-test
# These would change which modules are found or throw the compiled bytecode away.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME PYTHONPYCACHEPREFIX

PYTHON := .venv/bin/python

help:
	@echo 'make run      set up and run the assistant (a demo when there is no .env)'
	@echo 'make test     set up and run the linter, the type checker, the layer check and every test'
	@echo 'make bench    the benchmark'
	@echo 'make chaos    the fault run: kills, restarts, redeliveries'
	@echo 'make evaluate measure the answers with simulated models'
	@echo 'make lint     the checks without the tests'
	@echo 'make format   put the code into its common form'
	@echo 'make clean    remove the virtual environment and caches (data stays)'

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

run: setup
	@exec $(PYTHON) -m bot

bench: setup-test
	@exec $(PYTHON) -m bench

chaos: setup-test
	@exec $(PYTHON) -m bench.chaos

evaluate: setup-test
	@exec $(PYTHON) -m bot evaluate --scripted

lint: setup-test
	@echo '== linter: ruff check' && .venv/bin/ruff check --quiet .
	@echo '== form: ruff format' && .venv/bin/ruff format --quiet --check .
	@echo '== types: mypy' && $(PYTHON) -m mypy
	@echo '== layers: import-linter' && .venv/bin/lint-imports

test: lint
	@echo '== tests: pytest'
	@exec $(PYTHON) -m pytest -n 2 --dist loadfile --cov=bot --cov=adapters --cov=kb --cov-report=term:skip-covered --cov-fail-under=85

format: setup-test
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format .

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -not -path './.data/*' -prune -exec rm -rf {} +
