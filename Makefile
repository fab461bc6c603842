# Shuangbai. `make` lists the targets. On a fresh machine `make demo` and `make test` are all the set-up there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= $(firstword $(foreach v,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(v) -c 'import sys; sys.version_info >= (3, 11) and print("$(v)")' 2>/dev/null)))
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PORT ?= 8501
# Before what only root may do.
ROOT := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
STATE := $(abspath $(or $(SHUANGBAI_HOME),var))

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## make .venv from the hashed lock, with .venv/bin/shuangbai

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本。 Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 Python 的 venv 模块（Debian：apt install python3-venv）。 Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@echo "正在建立 .venv（约两分钟）… Setting up .venv (about two minutes) ..."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# What only tests and checks need comes on top; `make demo` on a server never fetches it.
$(READY_DEV): $(READY) tests/requirements.lock
	$(BIN)/pip install --quiet --require-hashes --no-deps -r tests/requirements.lock
	@touch $@

.PHONY: demo
demo: setup ## the synthetic county from nothing to dashboards at http://127.0.0.1:8501
	$(BIN)/shuangbai demo --port $(PORT)

.PHONY: run
run: setup ## land, build and publish whatever lies in var/landing
	$(BIN)/shuangbai run

.PHONY: serve
serve: setup ## the dashboards of the current edition
	$(BIN)/shuangbai serve --port $(PORT)

.PHONY: dagster
dagster: setup ## assets, checks, schedule and sensor in Dagster's own pages
	@umask 077 && mkdir -p $(STATE)/dagster && cp orchestration/runs/dagster.yaml $(STATE)/dagster/
	umask 077 && DAGSTER_DISABLE_TELEMETRY=yes DAGSTER_HOME=$(STATE)/dagster $(BIN)/dagster dev

.PHONY: lint
lint: $(READY_DEV) ## rules, layout, types, declared dependencies, and which room imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	$(BIN)/deptry .
	$(BIN)/lint-imports --no-cache

.PHONY: test
test: lint ## lint and all tests but those in a browser or on PostgreSQL
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not postgres"

# The folders whose tests build no warehouse, open no page and start no server.
FAST := architecture contracts expectations landing ledger publishing statistics synthetic

.PHONY: test-fast
test-fast: lint ## lint and the tests of the parts, before each commit
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(FAST:%=tests/%)

.PHONY: browser
browser: ## install Debian's chromium and a Chinese font (needs root; for the browser tests only)
	@command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig; }

.PHONY: test-browser
test-browser: $(READY_DEV) browser ## every page in a real browser
	$(BIN)/pytest -n 2 --dist loadfile -m browser

.PHONY: postgres
postgres: ## install Debian's PostgreSQL (needs root; for its tests only)
	@command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } || { echo "缺少 PostgreSQL（Debian：apt install postgresql）。 PostgreSQL is missing (Debian: apt install postgresql)."; exit 1; }

.PHONY: test-postgres
test-postgres: $(READY_DEV) postgres ## the workbench on a PostgreSQL server of its own, started and removed by the tests
	$(BIN)/pytest -m postgres tests/workbench

.PHONY: fonts
fonts: ## install the Chinese font that the bulletin's charts and pdf need (Debian; needs root)
	@command -v apt-get >/dev/null || { echo "请安装 Noto Serif CJK 和 Noto Sans CJK 字体。 Install the fonts Noto Serif CJK and Noto Sans CJK."; exit 1; }
	@dpkg -s fonts-noto-cjk >/dev/null 2>&1 || { $(ROOT) apt-get update -qq && $(ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-noto-cjk; }

.PHONY: docs
docs: setup ## the page for clerks, in Chinese and English, in build/guide
	$(BIN)/python -m orchestration.commands.contract_guide build/guide

.PHONY: snapshot
snapshot: $(READY_DEV) ## write the reviewed list of assets, checks, jobs, sensors and schedules again
	$(BIN)/python tests/orchestration/test_definitions.py

.PHONY: bench
bench: $(READY_DEV) ## landing's speed and memory, 8,500 mutated files, chance rates of the signals, a month of 41,352 townships, the quality page, fifty readers (needs a published home)
	$(BIN)/python tests/benchmarks/landing.py
	$(BIN)/python tests/benchmarks/landing.py --memory --rows 10000000
	$(BIN)/python tests/benchmarks/fuzz_landing.py --files 8500 --seed 1
	$(BIN)/python tests/benchmarks/integrity.py --seeds 50
	$(BIN)/python tests/benchmarks/assessment.py
	$(BIN)/python tests/benchmarks/quality_page.py
	$(BIN)/python tests/benchmarks/pages.py --home $(STATE)
	$(BIN)/python tests/benchmarks/sessions.py --home $(STATE)

.PHONY: format
format: $(READY_DEV) ## format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

COMPILE := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --upgrade

.PHONY: lock
lock: $(READY_DEV) ## write both locks again from pyproject.toml
	$(COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file tests/requirements.lock

.PHONY: clean
clean: ## remove the environment and all state below var/
	rm -rf .venv var build ./*.egg-info
