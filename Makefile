# Commands for people: `make app` opens the dashboard, `make quick` runs what two minutes suffice for (no process, no
# browser, no long training), `make test` runs every test, `make check` adds format, lint and types.
PYTHON ?= python3
BIN := .venv/bin

# Exactly the locked files, checked by their hashes; then torch at its pinned version, as the machine's index has it.
INSTALL := $(BIN)/python -m pip install --quiet
LOCKED := $(INSTALL) --no-deps --require-hashes

# Each file stays in one process, which shares its trained models; files with long tests begin first: tests/conftest.py.
# Three processes, since those that wait for a browser leave two cores half idle.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: app quick test check format benchmarks soak lock words clean

app: .venv/installed
	$(BIN)/streamlit run dashboard/app.py

quick: .venv/installed-tests
	$(PYTEST) -m "not browser and not process and not slow"

test: .venv/installed-tests
	$(PYTEST)

check: .venv/installed-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

format: .venv/installed-tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: .venv/installed-tests
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.soak

benchmarks: .venv/installed-tests
	for file in $(filter-out %/bench_peers.py,$(wildcard benchmarks/bench_*.py)); do $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "CrossLens needs Python 3.11 or newer and found $$($(PYTHON) -V); install one, or say make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/installed: requirements.txt requirements.lock | .venv/bin/python
	$(LOCKED) -r requirements.lock
	$(INSTALL) -r requirements.txt
	@touch $@

.venv/installed-tests: requirements.txt requirements.lock tests/requirements.txt tests/requirements.lock | .venv/bin/python
	$(LOCKED) -r requirements.lock -r tests/requirements.lock
	$(INSTALL) -r tests/requirements.txt
	@touch $@ .venv/installed

words: .venv/installed-tests
	$(BIN)/python -m tests.words

lock: .venv/installed-tests
	$(INSTALL) uv
	$(BIN)/python -m tests.lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
