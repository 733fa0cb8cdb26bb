# The two commands: `make demo` and `make test`. Each makes .venv and installs what is missing.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin

.PHONY: demo test test-cluster soak bench docs lint clean
.DEFAULT_GOAL := demo

# Python 3.11 is asked for in words, since pip's own refusal names only the package.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Stylewalk needs Python 3.11 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

demo: .venv/installed
	$(BIN)/snakemake --cores $(CORES) --quiet host reason

test: .venv/installed
	$(BIN)/python -m pytest

# A study on a real Slurm of one node, where root and the packages can be had; skipped in words elsewhere.
test-cluster: .venv/installed
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[slurm]'
	$(BIN)/python -m pytest -n0 tests/cluster/try_slurm.py

# Kills, damaged files, full disks: a long round of faults, which takes about an hour on two cores.
# One of them again: make soak SEED=0 FIRST=17 FAULTS=1
FAULTS ?= 200
SEED ?= 0
FIRST ?= 1
soak: .venv/installed
	PYTHONPATH=tests $(BIN)/python tests/faults/harness.py --faults $(FAULTS) --seed $(SEED) --first $(FIRST)

# Speed beside pythae, piq, Pillow and scikit-learn, which get an environment of their own.
# One part alone: make bench PARTS=packing
PARTS ?=
bench: .venv-bench/installed
	.venv-bench/bin/python -m benchmarks $(PARTS)

.venv-bench/installed: pyproject.toml benchmarks/requirements.txt | $(BIN)/python
	$(BIN)/python -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --editable . \
	  --requirement benchmarks/requirements.txt
	touch $@

# The page of every key, from the schema.
docs: .venv/installed
	$(BIN)/python -m stylewalk.config_reference

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

clean:
	rm -rf .venv .venv-bench results .snakemake
