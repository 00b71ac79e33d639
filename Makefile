# Two commands do everything: `make demo` and `make test`. Both create .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check docs mutations notebooks clean env

demo: $(STAMP)
	$(BIN)/synerise-frames demo

test: check
	MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadscope --nbval-lax --nbval-current-env --nbval-cell-timeout=120

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

env: $(STAMP)

# uv installs in seconds where pip takes half a minute; pip is always there.
$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python -e '.[dev]'; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	fi
	touch $(STAMP)

clean:
	rm -rf $(VENV) demo-output build dist docs/_build docs/generated .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
