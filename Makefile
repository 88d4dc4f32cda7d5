# Needs Python 3.11 or newer and make, nothing else. `make help` lists the targets; each installs
# what it needs the first time, and again when a lock file has changed.
PYTHON ?= python3
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

RUN := PYTHONPATH=.:layers/common .venv/bin
# Tests start processes of their own: more workers than this make a laptop slower, not the tests.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() or 1, 4))' 2>/dev/null || echo 1)
TESTS ?= tests

export SAM_CLI_TELEMETRY := 0
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# ---- environments: three, as ministack pins botocore and aws-sam-cli pins boto3; npm has its own ----

APP := .venv/installed
CLOUD := .venv-cloud/installed
SAM := .venv-sam/installed
CLIENTS := tests/clients/node/node_modules/installed

.PHONY: setup
setup: $(APP) $(CLOUD) $(SAM) $(CLIENTS)  ## install everything (the other targets do what they need of it)

.venv/installed: requirements/dev.txt
.venv-cloud/installed: requirements/cloud.txt
.venv-sam/installed: requirements/sam.txt
$(APP) $(CLOUD) $(SAM): requirements/bootstrap.txt requirements/install.sh
	@sh requirements/install.sh "$(PYTHON)" $(@D) $(filter-out %/bootstrap.txt %.sh,$^)
	@touch $@

$(CLIENTS): tests/clients/node/package-lock.json requirements/node.txt requirements/node.sh
	@echo "Installing $<"
	@sh requirements/node.sh "$(PYTHON)" $(<D) ci
	@touch $@

# ---- run it ----

.PHONY: demo serve bench
demo: $(APP) $(CLOUD)  ## a day of a shop, from webhooks to proven books, in a minute
	@$(RUN)/python -m local.demo

serve: $(APP) $(CLOUD)  ## the whole product on this machine, until Ctrl-C
	@$(RUN)/python -m local

bench: $(APP) $(CLOUD)  ## measure it; results go to bench/
	@$(RUN)/python -m bench

# ---- check it ----

.PHONY: test storm verify-sandbox check
test: $(APP) $(CLOUD) $(CLIENTS)  ## run the tests (TESTS=tests/unit runs a part of them)
	@$(RUN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

storm: $(APP)  ## every crash in every position, 100,000 storms (SEEDS= FROM=); SEED= shows one
	@$(RUN)/python -m tests.storm $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),100000) \
		--from $(or $(FROM),0) --crashes)

verify-sandbox: $(APP)  ## ask Intuit's sandbox what it does, with keys of your own (docs/sandbox.md)
	@$(RUN)/python -m tests.conformance

check: $(APP) $(SAM)  ## formatting, lint, types, import contracts, template, state machine, docs
	@echo 'Format';          report=$$($(RUN)/ruff format --check --output-format concise .) || \
		{ echo "$$report"; echo 'Mend it with: make format'; exit 1; }
	@echo 'Lint';            $(RUN)/ruff check --quiet .
	@echo 'Types';           $(RUN)/mypy --no-error-summary
	@echo 'Import contracts'; report=$$($(RUN)/lint-imports --no-logo) || { echo "$$report"; exit 1; }
	@echo 'Template';        $(RUN)/cfn-lint template.yaml
	@echo 'Template, as SAM sees it'; .venv-sam/bin/sam validate --lint --region eu-west-1 > /dev/null
	@echo 'State machine';   $(RUN)/python -m tests.statemachine_lint statemachine/*.asl.yaml
	@echo 'Generated docs';  $(RUN)/python -m tests.docs.coverage_table --check
	@echo 'All checks passed'

.PHONY: format docs
format: $(APP)  ## format the code and mend what lint can mend
	@$(RUN)/ruff check --quiet --fix-only . ; $(RUN)/ruff format --quiet .

docs: $(APP)  ## write the generated pages anew
	@$(RUN)/python -m docs.schema.generate
	@$(RUN)/python -m local.qbo.coverage
	@UPDATE_GOLDEN=1 $(RUN)/python -m pytest -q tests/unit/quickbooks/test_errors_page.py > /dev/null
	@$(RUN)/python -m tests.docs.settings_page
	@$(RUN)/python -m tillbook.api.openapi
	@$(RUN)/python -m tests.docs.coverage_table

# ---- ship it ----

.PHONY: build
build: $(SAM)  ## build for Lambda (arm64, Python 3.13); `sam deploy --guided` comes next
	@sh requirements/build.sh

.PHONY: lock clean
lock: $(APP)  ## resolve requirements/*.in anew and write the lock files
	@PYTHON="$(PYTHON)" sh requirements/lock.sh

clean:  ## remove everything that make has made
	rm -rf .venv .venv-cloud .venv-sam .venv-tools .venv-node .aws-sam .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis .coverage htmlcov tests/clients/node/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
