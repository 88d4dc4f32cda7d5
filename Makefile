# Needs Python 3.11 or newer and make, nothing else. `make help` lists what there is.
PYTHON ?= python3
SHELL := /bin/sh

# Environments of their own: ministack pins botocore and aws-sam-cli pins boto3.
APP := .venv/installed
CLOUD := .venv-cloud/installed
SAM := .venv-sam/installed

.PHONY: setup
setup: $(APP) $(CLOUD) $(SAM)  ## install what is locked in requirements/ (every other target does it too)

.venv/installed: requirements/dev.txt
.venv-cloud/installed: requirements/cloud.txt
.venv-sam/installed: requirements/sam.txt
$(APP) $(CLOUD) $(SAM): requirements/bootstrap.txt requirements/install.sh
	@requirements/install.sh "$(PYTHON)" $(@D) $(filter-out %/bootstrap.txt %.sh,$^)
	@touch $@
