# Everything works on a clean clone with Python 3.11 or newer and make. A second call finds all installed and is instant.
#   make run     install what the server needs, and start it
#   make test    all tests              make check   format, lint, types, arrows
#   make bench   measure (STRICT=1: a missed goal fails)
#   make crash   kill it again and again for DURATION seconds

PYTHON ?= python3
DURATION ?= 300
STRICT ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt

.DEFAULT_GOAL := run
# One more than there are cores: a third of a test's time is waiting for disk and sockets.
WORKERS := $(shell expr $$(nproc) + 1)

.PHONY: run test check format bench crash postgres chromium

run: $(VENV)/.base
	@set -a; if [ -f .env ]; then . ./.env; fi; set +a; exec $(BIN)/python -m pinxit run

# Files are shared out among the cores. What kills processes comes after that, two tests at a time, since most of them
# wait a lot; what drives a browser comes last, in processes of its own, since its library keeps their event loop for
# itself.
test: $(VENV)/.dev postgres chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore tests/crash --ignore tests/browser
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/crash
	$(BIN)/python -m pytest -n 3 --dist worksteal tests/browser

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy pinxit tests $(wildcard benchmarks)
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	STRICT=$(STRICT) $(BIN)/python -m benchmarks

crash: $(VENV)/.dev
	$(BIN)/python -m tests.crash.run --duration $(DURATION)

# One half of the store's contract test runs on it.
postgres:
	@scripts/install-postgres

# The console's tests drive it.
chromium:
	@scripts/install-chromium

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Pinxit needs Python 3.11 or newer, and $(PYTHON) is older; write make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# `| $(BIN)/python`: only its being there counts, since its date is that of the system's Python.
$(VENV)/.base: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[dev]'
	@touch $(VENV)/.base $@
