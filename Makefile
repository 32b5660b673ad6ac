# "make help" lists what there is. All it takes is make and Python 3.11 or newer: whatever a target
# needs is installed into .venv first, and only when something about it has changed.

PYTHONS := python3.11 python3.12 python3.13 python3.14 python3 python
# Releases younger than this are not taken up: a bad one is usually found within days.
COOLDOWN := 7 days

# Written last, so that an installation cut short is not taken for a finished one.
INSTALLED := .venv/installed-for
# It holds the checkout's path. A folder that was moved or copied, or whose Python has gone, does not
# match and is made anew.
ifneq "$(shell .venv/bin/python -V >/dev/null 2>&1 && cat $(INSTALLED) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(INSTALLED)
endif

.PHONY: help run demo test lint lint-docker bench soak picture topics questions lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv  ## start Gradus: with no settings, in this terminal
	@.venv/bin/gradus

demo: .venv  ## watch some days of a made-up team
	@.venv/bin/gradus demo

# Days simulated and processes killed run what the other tests cover, twice as fast without counting.
LONG := tests/simulation tests/killing

test: lint  ## everything a change must pass: lint, then the tests with coverage
	.venv/bin/pytest --numprocesses=auto --cov --cov-report=term $(addprefix --ignore=,$(LONG))
	.venv/bin/pytest --numprocesses=auto --dist=worksteal $(LONG)

lint: .venv  ## style, types and layers
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

lint-docker:  ## the Dockerfile, where hadolint is installed
	@if command -v hadolint >/dev/null; then hadolint Dockerfile; \
	else echo "hadolint is not installed here, so the Dockerfile was not looked at." >&2; fi

bench: .venv  ## measure how fast it is; one subject with ONLY=core
	.venv/bin/python -m tests.bench $(ONLY)

# How long, and how often: make soak MINUTES=60 KILLS=50000
MINUTES := 10
KILLS := 10000

soak: .venv  ## the tests of delivery for hours instead of seconds: days simulated, kills, clocks moved
	.venv/bin/python -m tests.simulation --minutes $(MINUTES)
	.venv/bin/python -m tests.killing --kills $(KILLS)
	.venv/bin/python -m tests.killing --kills $$(($(KILLS) / 10)) --world slack
	.venv/bin/python -m tests.killing --kills $$(($(KILLS) / 10)) --world discord
	.venv/bin/python -m tests.moving_clock

.venv: $(INSTALLED)  ## install only

# Nothing here reads what was piped into "make run", or writes into what it prints.
$(INSTALLED): pyproject.toml requirements-dev.txt requirements-build.txt
	@exec </dev/null >&2; set -e; \
	if [ "$$(.venv/bin/python -V >/dev/null 2>&1 && cat $@ 2>/dev/null)" != "$(CURDIR)" ]; then \
	  for python in $(PYTHONS) ""; do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Gradus needs Python 3.11 or newer with its venv module, and none of these is one: $(PYTHONS)." \
	      "Install one (on Debian and Ubuntu: apt install python3 python3-venv; on macOS: brew install python)," \
	      "or name yours: make PYTHONS=/path/to/python3"; \
	    exit 1; \
	  fi; \
	  echo "Installing into .venv with $$("$$python" -V), once ..."; \
	  rm -rf .venv; \
	  "$$python" -m venv .venv; \
	else \
	  echo "Refreshing .venv ..."; \
	fi; \
	rm -f $@; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements-build.txt; \
	.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes \
	  requirements-build.txt requirements-dev.txt; \
	.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .; \
	printf '%s\n' "$(CURDIR)" > $@

COMPILE = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
  --emit-build-options --custom-compile-command "make lock" \
  --exclude-newer "$(COOLDOWN)" $(LOCK)

picture: .venv  ## renew the picture in the README from the demo
	.venv/bin/python -m tests.picture

topics: .venv  ## renew questions/TOPICS.md, the table of contents of the bank
	@.venv/bin/gradus questions contents > questions/TOPICS.md.new && mv questions/TOPICS.md.new questions/TOPICS.md

questions: topics  ## what a change under questions/bank/ must pass
	.venv/bin/gradus questions lint
	.venv/bin/pytest --quiet tests/questions

lock: .venv  ## pin again what pyproject.toml asks for; all to the newest with LOCK=--upgrade
	$(COMPILE) --group build --output-file requirements-build.txt
	$(COMPILE) pyproject.toml --only-binary pysqlite3 --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean:  ## remove what make and the tools made
	rm -rf .venv dist build .coverage .coverage.* htmlcov \
	  .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find bot adapters questions config tests -name __pycache__ -prune -exec rm -rf {} +
