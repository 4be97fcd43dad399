# Commonplace. `make help` lists what there is.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The newest Python at hand; any from 3.11 on will do.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUNS := $(VENV)/.runs
TESTS := $(VENV)/.tests
VENDORED := src/commonplace/web/static/js/vendor

##@ Use it
.PHONY: help setup run demo
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUNS) ## make the environment in .venv

run: $(RUNS) ## start the site on http://127.0.0.1:5000, worker included
	@exec $(BIN)/commonplace run

demo: $(RUNS) ## the same with a believable little community, in demo-data
	@COMMONPLACE_DATA_DIR=demo-data $(BIN)/commonplace demo
	@COMMONPLACE_DATA_DIR=demo-data exec $(BIN)/commonplace run

##@ Change it
.PHONY: test check fix bench docs lock vendor
test: $(TESTS) ## run all tests, or those in ONLY=<paths>; those that need a server or a browser that is not there say so and are skipped
	@$(BIN)/pytest --numprocesses auto --dist load --quiet $(ONLY)

check: $(TESTS) ## run every check that reads the code without running it
	@$(BIN)/ruff check && $(BIN)/ruff format --check
	@$(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --lint --check --quiet src
	@$(BIN)/codespell

fix: $(TESTS) ## mend what the checks can mend by themselves
	@$(BIN)/ruff check --fix; $(BIN)/ruff format; $(BIN)/djlint --reformat --quiet src || true # it tells of files by its status

bench: $(TESTS) ## measure, against floors and a peer
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.feed

docs: $(TESTS) ## write the reference pages anew from the code
	@$(BIN)/python docs/generate.py

lock: ## choose the dependencies' versions anew; needs uv
	uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--universal --python-version 3.11 requirements/run.in --output-file requirements/run.txt
	uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--universal --python-version 3.11 requirements/dev.in --output-file requirements/dev.txt

vendor: ## fetch anew what others wrote and browsers load, as vendored.txt names it; needs npm
	@cd $(VENDORED) && grep -v '^#' vendored.txt | while read -r package path name digest; do \
		folder=$$(mktemp -d) && npm pack --silent --pack-destination "$$folder" "$$package" >/dev/null && \
		tar -xzf "$$folder"/*.tgz -C "$$folder" && cp "$$folder/package/$$path" "$$name" && rm -r "$$folder" && \
		found="sha384-$$(openssl dgst -sha384 -binary "$$name" | openssl base64 -A)" && \
		test "$$found" = "$$digest" || { echo "$$name is not what vendored.txt says: $$found"; exit 1; }; done

# An environment is as good as its lock file: it is made again when that is newer.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Commonplace needs Python 3.11 or newer, with venv. None was found."; exit 1; }
	@echo "Making the environment in $(VENV). This takes a minute, once."
	@$(PYTHON) -m venv $(VENV)

$(RUNS): requirements/run.txt | $(BIN)/python
	@$(PIP) install --quiet --require-hashes --no-deps --requirement requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTS): requirements/dev.txt requirements/run.txt | $(BIN)/python
	@$(PIP) install --quiet --require-hashes --no-deps --requirement requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(RUNS)
