# Two commands matter: `make demo` and `make test`. Everything they need beyond Python, Node and make they install.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := build/stamps

.PHONY: demo test check bench lock clean setup setup-dev messages

demo: setup
	@$(BIN)/tingchao demo

test: setup-dev
	@bash scripts/ensure-browser.sh
	$(BIN)/pytest -n auto

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tingchao check
	$(BIN)/tingchao procedures --check

bench: setup-dev
	$(BIN)/python -m bench

setup: $(STAMPS)/python $(STAMPS)/frontend $(STAMPS)/locale
setup-dev: $(STAMPS)/python-dev $(STAMPS)/frontend $(STAMPS)/locale

$(STAMPS)/python: requirements/base.txt pyproject.toml
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/base.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(STAMPS)/python-dev: $(STAMPS)/python requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(STAMPS)/frontend: package-lock.json package.json $(wildcard frontend/*)
	@mkdir -p $(STAMPS)
	npm ci --silent --no-audit --no-fund
	npm run --silent build
	@touch $@

$(STAMPS)/locale: $(STAMPS)/python $(wildcard src/tingchao/config/locale/*/LC_MESSAGES/*.po)
	$(BIN)/tingchao messages --compile
	@touch $@

messages: setup
	$(BIN)/tingchao messages --update

lock:
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate requirements/base.in -o requirements/base.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf build $(VENV) node_modules
