# Works on a machine that has Python >= 3.11, git and a network for the first run; .venv is made once and kept up to date.

VENV = .venv
BIN = $(VENV)/bin
CLIS = .clis
PYTHON =
ARGS =

.PHONY: help demo test test-clis check arch lint types schemas bench crash walkthrough clean python venv clis

help:
	@echo 'make demo    the whole life of a task, rehearsed on a bundled example; no key, no network'
	@echo 'make test    the whole suite (make test ARGS="-k seals" for a part)'
	@echo 'make test-clis   review with the real claude, codex and gemini and models on loopback; needs npm'
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

test-clis: venv clis
	@$(BIN)/python -m pytest -m clis -rs $(ARGS)

# The real agent CLIs, at the versions of tests/clis/package.json. Where they cannot be had the tests say so.
clis:
	@if cmp -s tests/clis/package.json $(CLIS)/package.json; then exit 0; fi; \
	if ! command -v npm >/dev/null 2>&1; then \
	  echo 'scafld: there is no npm here, so the agent CLIs are not installed; install Node.js 20 or newer' >&2; exit 0; \
	fi; \
	rm -rf $(CLIS); mkdir -p $(CLIS)/new; cp tests/clis/package.json $(CLIS)/new/; \
	echo 'scafld: installing the agent CLIs into $(CLIS); about 1 GB, once' >&2; \
	if npm install --prefix $(CLIS)/new --no-audit --no-fund --no-package-lock --loglevel=error >&2; then \
	  mv $(CLIS)/new/node_modules $(CLIS)/; mv $(CLIS)/new/package.json $(CLIS)/; rmdir $(CLIS)/new; \
	else \
	  rm -rf $(CLIS); echo 'scafld: the agent CLIs could not be installed; what npm said stands above' >&2; \
	fi

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
	rm -rf $(VENV) $(CLIS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
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
