# make          what Headrope needs, in .venv (also: make setup)
# make demo     the example group on http://127.0.0.1:8000 (PORT=9000 for another port)
# make test     all tests, on SQLite and on PostgreSQL (ARGS="-k landing" for some)
# make check    style, types, imports
# make reference docs/reference from the code
# make pictures docs/pictures from the example group
# make lock     the lock files anew (ARGS=--upgrade for newer versions)
# make clean    away with everything that make has made; data stay

PY ?= python3
PORT ?= 8000
ARGS ?=

PYTHON   := .venv/bin/python
PACKAGES := .venv/.packages
DEV      := .venv/.dev
FRONTEND := src/headrope/web/static/vendor/.stamp
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/headrope/web/locale/*/LC_MESSAGES/django.po))
READY    := $(PACKAGES) $(FRONTEND) $(MESSAGES)

.PHONY: setup demo test check lock reference pictures clean

setup: $(READY)

demo: $(READY)
	@.venv/bin/headrope demo --port $(PORT)

test: $(READY) $(DEV)
	@$(PYTHON) tools/test.py $(ARGS)

check: $(DEV)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

reference: $(READY)
	@$(PYTHON) tools/reference.py

pictures: $(READY) $(DEV)
	@$(PYTHON) tools/pictures.py

lock: $(PACKAGES)
	@$(PYTHON) tools/lock.py $(ARGS)

clean:
	rm -rf .venv .cache src/headrope.egg-info src/headrope/web/static/vendor $(MESSAGES)
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(PYTHON):
	@$(PY) tools/setup.py venv

$(PACKAGES): requirements.txt requirements-setup.txt pyproject.toml | $(PYTHON)
	@$(PY) tools/setup.py packages && touch $@

$(DEV): requirements-dev.txt $(PACKAGES)
	@$(PY) tools/setup.py dev && touch $@

$(FRONTEND): package-lock.json tools/frontend.py | $(PACKAGES)
	@$(PYTHON) tools/frontend.py

%.mo: %.po | $(PACKAGES)
	@$(PYTHON) -m babel.messages.frontend --quiet compile -i $< -o $@ && echo "Compiled the messages of $<"
