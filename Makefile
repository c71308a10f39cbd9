# Two commands: `make demo` runs the main job on a sample newsroom that is served on this machine; `make test`
# runs the tests. Each sets up what it needs in .venv, from requirements-dev.lock with hashes.
#
# `make demo` has a folder and a port of its own, so that it and `newsdesk demo serve` do not meet.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) 2>/dev/null)))
DEMO_PORT ?= 8766
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test coverage hostile check bench audit lock clean

demo: $(READY)
	@$(BIN)/newsdesk demo --folder make-demo --port $(DEMO_PORT)

# Four files at a time: most tests wait for processes. The order of the files is that of tests/conftest.py.
FILES := -n 4 --dist loadfile --no-loadscope-reorder
test: $(READY)
	@$(BIN)/python -m pytest $(FILES)

# The tests under coverage; fails below the floor in pyproject.toml. Slower than `make test`.
coverage: $(READY)
	@$(BIN)/python -m pytest $(FILES) --cov --cov-report=term

# Hostile servers: `make hostile` runs all, `make hostile CASE=xml-laughs` one, `make hostile CASE=list` lists them.
hostile: $(READY)
	@$(BIN)/python -m tests.hostile $(CASE)

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python tools/import_map.py
	@$(BIN)/python -m pytest tests/project/test_imports.py tests/project/test_words.py tests/project/test_start.py \
		tests/crawler/normalise/test_rules.py

bench: $(READY)
	@$(BIN)/python -m benchmarks

# The pip of the lock comes first: the one in Python 3.11 warns about names of extras. The filter hides the notice
# that the install is editable.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(READY): pyproject.toml requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newsdesk needs Python 3.11 or later; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "setting up $(VENV) (once, some minutes)"
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ { here = /^pip==/ } here' requirements-dev.lock > $(VENV)/pip.lock
	@$(PIP) --require-hashes -r $(VENV)/pip.lock
	@$(PIP) --require-hashes -r requirements-dev.lock
	@PYTHONWARNINGS='ignore:Editable installation' $(PIP) --no-deps --editable .
	@touch $(READY)

# Check the packages of the lock against public advisories; says so when no database can be reached.
audit: $(VENV)/.audit
	@$(VENV)/audit/bin/python .ci/audit.py

$(VENV)/.audit: $(READY)
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3'
	@touch $@

# Write both locks from pyproject.toml: requirements.lock is what an installation needs, requirements-dev.lock has
# the tools for tests, too, and the same versions. Needs uv (https://docs.astral.sh/uv/).
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header pyproject.toml
lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) -o requirements-dev.lock --extra dev --constraint requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
