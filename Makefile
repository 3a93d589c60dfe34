# Needs Python 3.11 or newer and make, nothing else. `make` alone lists what there is.

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal
# The first of these that is new enough; `make PYTHON=... demo` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
INSTALL := $(PIP) install --no-compile --prefer-binary --constraint constraints.txt --editable
CORE := $(VENV)/.installed-core
TEST := $(VENV)/.installed-test

# Byte code is compiled once, on all cores, by those who install: without it every start takes seconds more, and where
# the environment forbids Python to write it, it would never come to be. Some packages ship templates that are no Python.
BYTECODE = $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib agents sim scenarios app.py || true
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow site docs-check lint floors validate bench coverage page constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(CORE) ## compare three cases on a shipped scenario and write out/demo/report.html
	$(BIN)/flywheel demo

# Compiled first, once: two workers that start cold would wait for each other.
test: $(TEST) ## run the tests: minutes on two cores
	@$(BIN)/python -c 'from sim.engine.world import prepare; prepare()'
	$(PYTEST) -m "not long and not browser and not docs" --durations=25

test-slow: $(TEST) ## run the tests that `make test` leaves out because they take long
	$(PYTEST) -m "long and not browser" --durations=25

site: $(TEST) ## build the site into out/site, offline; a dead link or a page that is missing fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "Wrote out/site: open out/site/index.html"

docs-check: $(TEST) ## run every command of the documents literally, as a reader would (a quarter of an hour)
	$(BIN)/python -m pytest tests/test_readme.py -m docs --durations=25

lint: $(TEST) ## ruff, mypy, and the licences of all that is installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python .ci/licences.py

floors: $(TEST) ## print the house: floors, rooms, lines, circles
	$(BIN)/python -m tests.floors

# Only what has changed, with 60 seeds and 16 draws; `flywheel validate` alone takes 200 of each, and hours. What is
# compared with exact results or with evidence is cheap and needs all 200.
validate: $(CORE) ## test the patterns whose rules or tests changed and write docs/validation.md (half an hour for all)
	$(BIN)/flywheel validate --changed --pattern R1,X1,X2,X3,X4,X5,X6,X7
	$(BIN)/flywheel validate --changed --seeds 60 --draws 16

bench: $(CORE) ## print how fast it is, as ratios in one run (BENCH=--check: only whether a change cost speed)
	$(BIN)/python -m benchmarks $(BENCH)

# The rules as plain Python, so that a line that runs is seen; then everything around them with the compiler on.
coverage: $(TEST) ## measure coverage of agents/ (compiler off) and of sim/, each at least 90%
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest tests/agents tests/contracts tests/independent \
		--numprocesses=$(WORKERS) -m "not compiled and not browser and not docs" --cov=agents --cov-report= --cov-fail-under=0
	$(PYTEST) tests/sim -m "not browser and not docs" \
		--cov=sim --cov-append --cov-report= --cov-fail-under=0
	$(BIN)/coverage report --include='agents/*'
	$(BIN)/coverage report --include='sim/*'

page: $(TEST) ## open the live page on this machine
	$(BIN)/flywheel app

constraints: ## choose all versions anew, for an old and a new Python
	$(PYTHON) .ci/constraints.py python3.11 python3.13 > constraints.new
	mv constraints.new constraints.txt

clean: ## remove the environment and everything that runs and builds wrote
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage*

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Sales Flywheel needs Python 3.11 or newer, and none was found on the PATH;" \
		"install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(CORE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what the model needs into $(VENV) (once)."
	$(INSTALL) .
	@$(BYTECODE)
	@touch $@

$(TEST): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the model, its page and the tests into $(VENV) (once)."
	$(INSTALL) '.[app,cluster,calibrate,discover,mcp,test]'
	@$(BYTECODE)
	@touch $(CORE) $@
