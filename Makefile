# Everything a developer does has a target here; `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
PYTHON := .venv/bin/python
RUFF := $(PYTHON) -m ruff
RUFF_CONFIG := --config python-shim/pyproject.toml .

.PHONY: help setup build proto format lint typecheck arch test check demo serve lock clean
.PHONY: bench bench-predict bench-search bench-retrain bench-truth bench-data bench-train bench-accuracy bench-ablation

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## fetch and install everything; a second run takes a second (TF_DIST=tensorflow: with CUDA)
	@.setup/setup.sh

build: setup ## compile src/ to dist/
	@tsc -p tsconfig.json

proto: setup ## generate src/wire/gen and python-shim/cdmpp_tvm/gen from proto/
	@.setup/generate-from-proto.sh

format: setup ## rewrite both languages' files in the house's format
	@biome check --write
	@$(RUFF) check --fix $(RUFF_CONFIG)
	@$(RUFF) format $(RUFF_CONFIG)

lint: setup ## check format and lint rules of both languages
	@biome ci --error-on-warnings
	@$(RUFF) check $(RUFF_CONFIG)
	@$(RUFF) format --check $(RUFF_CONFIG)

typecheck: setup ## check the types of both languages
	@tsc -p tsconfig.json --noEmit
	@tsc -p test/tsconfig.json --noEmit
	@cd python-shim && ../.venv/bin/python -m mypy

arch: setup ## hold the imports of src/ against the table of its rooms
	@depcruise --config .dependency-cruiser.cjs src

# Both runners run, whatever the first one says.
test: build ## run all tests; each runner ends with `N passed, N failed`
	@status=0; \
	jest || status=1; \
	(cd python-shim && PYTHONPATH=tests$${PYTHONPATH:+:$$PYTHONPATH} ../.venv/bin/python -m pytest -p closing_line) || status=1; \
	exit $$status

check: lint typecheck arch test ## all of the above that checks

demo: build ## tune a matrix multiplication through the server, then with TVM's own model
	@$(PYTHON) benchmarks/demo.py

bench: bench-predict bench-search bench-retrain bench-truth bench-data bench-train ## all benchmarks, one after the other

bench-predict: build ## time a predict call against XGBModel's, task by task
	@$(PYTHON) benchmarks/predict.py

bench-search: build ## time whole search rounds, without measuring, with each cost model
	@$(PYTHON) benchmarks/search.py

bench-retrain: build ## time predict calls while the server trains and while it does not
	@$(PYTHON) benchmarks/retrain.py

bench-truth: build ## hold the readers of programs against TVM's own lowering (ARGS='--help')
	@PYTHONPATH=test/support $(PYTHON) benchmarks/truth.py $(ARGS)

bench-data: build ## time collecting and rebuilding of records; count the shipped dataset
	@$(PYTHON) benchmarks/data.py $(ARGS)

bench-train: build ## time training against TensorFlow and JAX, and against the original network
	@$(PYTHON) benchmarks/train.py $(ARGS)

bench-accuracy: build ## judge the predictor against XGBoost under every protocol; goes on where it was stopped (QUICK=1: small)
	@$(PYTHON) benchmarks/accuracy.py $(if $(QUICK),--quick) $(ARGS)

bench-ablation: build ## what each choice of the predictor is worth, on validation (QUICK=1: small)
	@$(PYTHON) benchmarks/ablation.py $(if $(QUICK),--quick) $(ARGS)

serve: build ## start the server (ARGS='--help' lists its options)
	@node dist/cli/main.js serve $(ARGS)

# Not after setup: that refuses a lock file which lags behind package.json.
lock: ## renew package-lock.json and requirements.lock after a change of dependencies
	@.setup/renew-locks.sh

clean: ## remove what was built here; the cache shared by clones stays
	@rm -rf dist node_modules .venv benchmarks/.train-venv .setup/.choices python-shim/*.egg-info
