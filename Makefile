# Two commands do everything: `make demo` and `make test`. Both create .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What is compared with has many dependencies, which nobody should develop with.
BENCH := .venv-bench

# Set in many containers. Here hundreds of processes would each compile the same code again.
unexport PYTHONDONTWRITEBYTECODE

# An environment: folder, what is installed into it, and options of the installer. The newest
# versions are taken, where no option says otherwise.
# uv installs in seconds where pip takes half a minute; pip is always there. Both compile, so that
# no process has to do it: an import of pandas takes three times as long without.
define environment
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make demo PYTHON=python3.12")'
$(PYTHON) -m venv $(1)
if command -v uv >/dev/null 2>&1; then \
	uv pip install --quiet --compile-bytecode --python $(1)/bin/python $(3) -e '$(2)'; \
else \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check $(3) -e '$(2)'; \
fi
endef

# Python 3.11 and 3.12 have wheels of the lowest versions.
LOWEST := .venv-lowest

.PHONY: demo test test-lowest test-wheel check docs mutations notebooks bench clean env

demo: $(STAMP)
	$(BIN)/synerise-frames demo

test: check
	MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadscope --nbval-lax --nbval-current-env --nbval-cell-timeout=600

# The suite again, with the lowest version of every declared range.
test-lowest: $(LOWEST)/.installed
	MPLBACKEND=Agg $(LOWEST)/bin/python -m tests.compatibility -n 2 --dist loadscope

# Builds the wheel and tries it in one fresh environment for each extra.
test-wheel: $(STAMP)
	$(BIN)/python -m tests.compatibility.wheel

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict synerise_frames

# Removes one safeguard after the other and expects a test to notice; about half an hour.
mutations: $(STAMP)
	$(BIN)/python -m tests.mutations

# Warnings are errors, but all of them are shown.
docs: $(STAMP)
	$(BIN)/sphinx-build -W --keep-going -a -q -b html docs docs/_build/html
	@echo "The site is docs/_build/html/index.html"

# Runs them and writes their outputs down, before a commit.
notebooks: $(STAMP)
	$(BIN)/python notebooks/execute.py

# Measures everything in benchmarks/ in less than ten minutes, and writes docs/benchmarks.md.
bench: $(BENCH)/.installed
	$(BENCH)/bin/python -m benchmarks --write

env: $(STAMP)

$(STAMP): pyproject.toml
	$(call environment,$(VENV),.[dev])
	touch $@

$(BENCH)/.installed: pyproject.toml
	$(call environment,$(BENCH),.[bench])
	touch $@

$(LOWEST)/.installed: pyproject.toml tests/compatibility/lowest.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] > (3, 12) and "pandas 2.2.0 and its contemporaries have no wheels for this Python: make test-lowest PYTHON=python3.11")'
	$(call environment,$(LOWEST),.[test],-c tests/compatibility/lowest.txt)
	touch $@

clean:
	rm -rf $(VENV) $(BENCH) $(LOWEST) demo-output build dist docs/_build docs/generated .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
