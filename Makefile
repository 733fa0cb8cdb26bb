# The two commands: `make demo` and `make test`. Each makes .venv and installs what is missing.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin

.PHONY: demo test test-cluster soak bench docs lint clean
.DEFAULT_GOAL := demo

# Asked for in words, since the shell's and pip's own refusals name neither what is wrong nor the way.
define ask_for_python
@case "$$($(PYTHON) -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null)" in \
  True) exit 0 ;; \
  False) why="$(PYTHON) is older than Python 3.11, which Stylewalk needs" ;; \
  *) why="There is no Python $(PYTHON)"; \
    if [ -d "$(PYTHON)" ]; then why="PYTHON=$(PYTHON) is a folder"; \
    elif [ -e "$(PYTHON)" ]; then why="PYTHON=$(PYTHON) is no Python that runs here"; fi ;; \
esac; \
echo "$$why. Name a Python of 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1
endef

$(BIN)/python:
	$(ask_for_python)
	$(PYTHON) -m venv .venv

# One that is named is looked at also where .venv is there already.
.PHONY: named_python
named_python:
	$(if $(filter file,$(origin PYTHON)),@:,$(ask_for_python))

.venv/installed: pyproject.toml | named_python $(BIN)/python
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
	$(BIN)/python -m stylewalk_workflow.config_reference

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

clean:
	rm -rf .venv .venv-bench results .snakemake
