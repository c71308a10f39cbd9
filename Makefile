# Two commands: `make demo` shows the main job on a newsroom served on this machine, `make test` proves it.
# Each sets up what it needs in .venv, from requirements.lock with hashes.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test hostile check bench audit lock clean

demo: $(READY)
	@$(BIN)/newsdesk demo

# Two files at a time: most of the suite waits for processes and pauses.
test: $(READY)
	@$(BIN)/python -m pytest -n 3 --dist loadfile

# Hostile servers: `make hostile` plays all, `make hostile CASE=xml-laughs` one, `make hostile CASE=list` lists them.
hostile: $(READY)
	@$(BIN)/python -m tests.hostile $(CASE)

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/project/test_imports.py tests/crawler/normalise/test_rules.py

bench: $(READY)
	@$(BIN)/python -m benchmarks

# First the pip of the lock: that of Python 3.11 warns of extras that are spelled in two ways. The warning that
# is left out says that the install is an editable one.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newsdesk wants Python 3.11 or later; name one: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "setting up $(VENV) (once, some minutes)"
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ { here = /^pip==/ } here' requirements.lock > $(VENV)/pip.lock
	@$(PIP) --require-hashes -r $(VENV)/pip.lock
	@$(PIP) --require-hashes -r requirements.lock
	@PYTHONWARNINGS='ignore:Editable installation' $(PIP) --no-deps --editable .
	@touch $(READY)

# The packages of the lock against the public advisories; says so when no database can be reached.
audit: $(VENV)/.audit
	@$(VENV)/audit/bin/python .ci/audit.py

$(VENV)/.audit: $(READY)
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3'
	@touch $@

# Written anew from pyproject.toml; wants uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
