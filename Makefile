# The study in two commands, `make study` and `make test`; both set up .venv when they need it.
# GNU make 3.81 is enough (that of macOS). Under conda use `barolib` and `pytest` directly.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
EXPLORE := $(VENV)/.explore

# An environment that forbids bytecode makes each of the study's processes compile its imports again.
unexport PYTHONDONTWRITEBYTECODE
# Nothing outside .venv may answer an import.
unexport PYTHONPATH
unexport PYTHONHOME
export PYTHONNOUSERSITE := 1
# The machine's own certificates, so that uv works wherever the browser does.
export UV_SYSTEM_CERTS ?= 1

# pip installs the pinned uv, which needs a fifth of pip's time for the rest. Nothing is resolved or built here: the locks
# name every package with its hashes.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --no-deps
LOCKED := $(INSTALL) --require-hashes --no-build
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header

.PHONY: help study test explore lint bench reference lock clean
.DELETE_ON_ERROR:

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

study: $(RUN)  ## the newest edition, from its raw tables to report/_output (ARGS="--lang all" and other options of barolib run)
	@$(BIN)/python -P -m barolib run $(ARGS)

test: $(DEV)  ## the tests (ARGS="-k words" and other options of pytest; CHROMIUM=/path/to/chromium)
	@CHROMIUM="$${CHROMIUM:-$$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"; \
	if [ -n "$$CHROMIUM" ]; then export CHROMIUM; exec $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS); fi; \
	if [ -n "$$CI" ]; then echo "Chromium not found: browser tests need it; apt install chromium" >&2; exit 1; fi; \
	echo "Chromium not found: browser tests left out; apt install chromium"; \
	exec $(BIN)/python -m pytest -n auto --dist worksteal -m "not browser" $(ARGS)

explore: $(EXPLORE)  ## the exploring page in JupyterLab, on this machine only (ARGS=--app without code)
	@$(BIN)/python -P -m barolib explore $(ARGS)

lint: $(DEV)  ## style and types of the code, its arrows one way, notebooks without outputs, no collected answers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/mypy --cache-dir=$(VENV)/.mypy_cache
	@$(BIN)/python .ci/check_notebooks.py
	@$(BIN)/python .ci/check_collected.py

bench: $(DEV)  ## the benchmarks
	@for script in $(sort $(wildcard benchmarks/*.py)); do \
		echo "$$script"; $(BIN)/python "$$script" || exit 1; done

reference: $(DEV)  ## docs/_build/reference/index.html: functions with what they take and give, from their docstrings
	@$(BIN)/python -m sphinx --quiet --fail-on-warning -d docs/_build/.doctrees docs/reference docs/_build/reference

lock: $(RUN)  ## writes the locks again, keeping pins that still fit (ARGS=--upgrade for the newest)
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) $(ARGS) pyproject.toml --extra dev --extra explore --extra app --extra importers \
		-c requirements.lock -o requirements-dev.lock
	$(COMPILE) $(ARGS) pyproject.toml --extra explore --extra app -c requirements.lock -c requirements-dev.lock \
		-o requirements-explore.lock

clean:  ## removes all that make and barolib made
	rm -rf $(VENV) data/processed report/_build report/_output report/_review docs/_build .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks .ci -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(VENV)/.build: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed: apt install python3, or make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot make an environment: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) from the locks (once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--only-binary :all: -r requirements-build.lock
	@touch $@

$(RUN): requirements.lock pyproject.toml $(VENV)/.build
	@$(LOCKED) -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@[ ! -e .git ] || git config filter.notebook.clean 'python3 .ci/clean_notebook.py' || true
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@$(LOCKED) -r requirements-dev.lock
	@touch $@

$(EXPLORE): requirements-explore.lock $(RUN)
	@$(LOCKED) -r requirements-explore.lock
	@touch $@
