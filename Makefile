# Works on a machine that has Python >= 3.11, git and a network for the first run; .venv is made once and kept up to date.

VENV = .venv
BIN = $(VENV)/bin
PYTHON =
ARGS =

.PHONY: help demo test check arch lint types schemas bench crash walkthrough clean python venv

help:
	@echo 'make demo    the whole life of a task, rehearsed on a bundled example; no key, no network'
	@echo 'make test    the whole suite (make test ARGS="-k seals" for a part)'
	@echo 'make check   arch, lint, types, test'
	@echo 'make arch    does the tree keep import_rules.toml?'
	@echo 'make schemas write the JSON Schema files anew, from the values they describe'
	@echo 'make bench   measure whole commands'
	@echo 'make crash   kill real processes at random moments'
	@echo 'make walkthrough   follow docs/walkthrough.md; needs the package index'
	@echo 'make clean   remove .venv and every cache'
	@echo 'PYTHON=...   the interpreter to make .venv with'

demo: venv
	@$(BIN)/scafld demo

test: venv
	@$(BIN)/python -m pytest $(ARGS)

check: arch lint types test

arch: venv
	@$(BIN)/python tests/architecture/checker.py

lint: venv
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: venv
	@$(BIN)/python -m mypy
	@$(BIN)/python -m mypy tests/architecture/checker.py

schemas: venv
	@$(BIN)/python -m scafld.adapters.codec.schemas

bench: venv
	@$(BIN)/python bench/measure.py $(ARGS)

crash: venv
	@$(BIN)/python -m pytest -m crash $(ARGS)

walkthrough: venv
	@$(BIN)/python -m pytest -m walkthrough $(ARGS)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find scafld tests -name __pycache__ -prune -exec rm -rf {} +

# Names an interpreter that can make .venv, or says what is missing. A shim that answers nothing is passed over.
python:
	@bare=; \
	for each in $(PYTHON) python3.13 python3.12 python3.11 python3 python python3.14; do \
	  "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$each" -c 'import ensurepip, venv' >/dev/null 2>&1; then echo "$$each"; exit 0; fi; \
	  bare="$$bare $$each"; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "scafld:$$bare cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo 'scafld: Python 3.11 or newer is needed and none was found; install one, or: make test PYTHON=/path/to/python' >&2; \
	fi; \
	exit 1

# The stamp holds the folder and pyproject.toml as they were installed: a moved checkout or a changed dependency is seen,
# a touched file is not. A .venv that works and belongs here is kept, whoever made it.
venv:
	@here=$$(pwd -P); stamp=$(VENV)/.ready; \
	if [ -x $(BIN)/python ] && { echo "$$here"; cat pyproject.toml; } | cmp -s - $$stamp; then exit 0; fi; \
	set -e; \
	if [ -f $$stamp ] && [ "$$(head -n 1 $$stamp)" != "$$here" ]; then rm -rf $(VENV); fi; \
	rm -f $$stamp; \
	if ! { $(BIN)/python -m pip --version || $(BIN)/python -m ensurepip; } >/dev/null 2>&1; then \
	  found=$$($(MAKE) -s python PYTHON='$(PYTHON)'); \
	  echo "scafld: making $(VENV) with $$found; a minute, once" >&2; \
	  "$$found" -m venv --clear $(VENV); \
	fi; \
	$(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --editable '.[dev]' >&2; \
	{ echo "$$here"; cat pyproject.toml; } > $$stamp
