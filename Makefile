# PrintLab. `make run` and `make test` install what they need; a second call installs nothing.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
UV := $(VENV)/tools/bin/uv

PORT ?= 8080
DATA ?= .data
ARCHITECTURE ?= x86_64
# The first Python of the right version; another one: make PYTHON=/path/to/python3.12
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo $$name && break; done)

.PHONY: help setup run demo demo-lab durable backup restore test check lint screenshots fmt generate bench package deploy rollback furnish smoke \
	test-stack test-localstack chromium slicer postgres java lock clean

help:
	@echo "make run          start PrintLab on this machine (PORT=8080, DATA=.data, LAN=1, DURABLE=1, EMPTY=1)"
	@echo "make demo         drive one job of each kind from the form to the pick-up"
	@echo "make demo-lab     one job on a lab PC: real agent, real opener, real PrusaSlicer"
	@echo "make durable      fetch DynamoDB Local, which DURABLE=1 needs"
	@echo "make test         run all tests (ARGS=\"-k name\")"
	@echo "make check        format, lint, types, import rules, front end, template, tests"
	@echo "make screenshots  pictures of every page and state in build/gallery: light, dark, phone, desk, wide"
	@echo "make fmt          format the code"
	@echo "make generate     write the files that are derived from the code"
	@echo "make bench        measure"
	@echo "make test-stack   deploy the package to emulated AWS and run the main job there"
	@echo "make test-localstack   run the integration tests on LocalStack"
	@echo "make backup TO=...     back up the running PrintLab (DATA=.data), or STAGE=prod on AWS"
	@echo "make restore FROM=...  restore into an empty DATA=folder, or into an empty STAGE on AWS (STAMP=)"
	@echo "make package      what AWS gets, in build/package: the functions' code and the template (ARCHITECTURE=arm64)"
	@echo "make deploy STAGE=prod    bring it to AWS; make rollback, make furnish STAFF=\"Your Name\", make smoke URL=..."
	@echo "make lock         update the lock files to the newest versions that fit"
	@echo "make clean        remove everything that was installed or made, except data"

# --- installation -----------------------------------------------------------------

setup: $(VENV)/.installed node_modules/.installed frontend_static/vendor/.installed

$(PY):
	@test -n "$(PYTHON)" || { \
		echo "PrintLab needs Python 3.11, 3.12 or 3.13 with the venv module, and found none." >&2; \
		echo "Debian, Ubuntu: apt-get install python3 python3-venv. Elsewhere: make PYTHON=/path/to/python" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements-dev.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

frontend_static/vendor/.installed: infra/vendor.py node_modules/.installed
	$(PY) -m infra.vendor
	@touch $@

# What only Debian's packages bring.
chromium slicer postgres java:
	@sh infra/local/install_programs.sh $@

# --- running ----------------------------------------------------------------------

run: setup
	@exec $(PY) -m infra.local --port $(PORT) --data $(DATA) $(if $(filter 1,$(LAN)),--lan) $(if $(filter 1,$(EMPTY)),--empty)

demo: setup
	@exec $(PY) -m infra.demo --url http://localhost:$(PORT) --data $(DATA)

demo-lab: setup slicer
	@exec $(PY) -m infra.demo_lab --url http://localhost:$(PORT) --data $(DATA)

durable: setup
	@$(PY) -m infra.local.dynamodb_local install

backup: setup
	@test -n "$(TO)" || { echo "Where to? make backup TO=/srv/printlab-backups" >&2; exit 1; }
	@$(PY) -m $(if $(STAGE),infra.deploy.connect $(STAGE),infra.connect $(DATA)) infra.backup make $(TO)

restore: setup
	@test -n "$(FROM)" || { echo "Which one? make restore FROM=/srv/printlab-backups DATA=.data" >&2; exit 1; }
	@$(PY) -m $(if $(STAGE),infra.deploy.connect $(STAGE),infra.offline $(DATA)) infra.restore $(FROM) $(if $(STAMP),--stamp $(STAMP))

bench: setup
	$(PY) -m bench

# --- checking ---------------------------------------------------------------------

test: setup chromium slicer postgres
	$(BIN)/node --test --test-timeout=60000 --test-reporter=dot "tests/frontend/*.test.js"
	$(PY) -m pytest -n auto --dist worksteal $(ARGS)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	node_modules/.bin/tsc --noEmit
	$(PY) -m infra.deploy.package --template-only --target build/lint
	$(BIN)/cfn-lint infra/template.yaml infra/github-oidc.yaml build/lint/template.json
	$(PY) -m infra.generate --check

check: lint test

screenshots: setup chromium
	$(PY) -m pytest tests/browser -n auto --dist worksteal --gallery build/gallery $(ARGS)

fmt: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

package: setup
	$(PY) -m infra.deploy.package --architecture $(ARCHITECTURE)

deploy: package
	$(PY) -m infra.deploy $(STAGE) $(if $(filter 1,$(YES)),--yes)

rollback: setup
	$(PY) -m infra.deploy $(STAGE) --rollback $(RELEASE) $(if $(filter 1,$(YES)),--yes)

furnish: setup
	@test -n "$(strip $(STAFF))" || { echo "Who works there? make furnish STAGE=$(or $(STAGE),prod) STAFF=\"Your Name\"" >&2; exit 1; }
	$(PY) -m infra.deploy.furnish $(STAGE) --staff "$(STAFF)"

smoke: setup
	$(PY) -m infra.smoke $(URL) $(ARGS)

generate: setup
	$(PY) -m infra.generate

test-stack: setup
	$(PY) -m pytest tests/stack -m stack $(ARGS)

test-localstack: setup postgres java
	sh infra/local/up_localstack.sh $(PY) -m pytest tests -m "stores and not browser" -n auto --dist worksteal $(ARGS)

# --- upkeep -----------------------------------------------------------------------

lock: | $(PY)
	$(PY) -m venv $(VENV)/tools
	$(VENV)/tools/bin/pip install --quiet uv
	for name in requirements requirements-dev; do \
		$(UV) pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
			--custom-compile-command "make lock" $$name.in --output-file $$name.txt; done
	$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund

clean:
	rm -rf $(VENV) node_modules frontend_static/vendor build .artifacts .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
