# The two commands: `make demo` and `make test`. Each makes .venv and installs what is missing.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# The versions that were tried: what `make demo` and `make test` install.
LOCK := envs/constraints.txt

.PHONY: demo emoji test test-studies test-newest test-lowest test-cluster soak bench docs error-rates lint lock clean
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

.venv/installed: pyproject.toml $(LOCK) | named_python $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --constraint $(LOCK) --editable '.[test]'
	touch $@

demo: .venv/installed
	$(BIN)/snakemake --cores $(CORES) --quiet host reason

# A study of emoji by four hands, of which both content and style are known; npm fetches their packages.
emoji: .venv/with-emoji
	$(BIN)/snakemake --cores $(CORES) --configfile config/emoji.yaml --quiet host reason

.venv/with-emoji: .venv/installed
	$(BIN)/python $(PIP_INSTALL) --constraint $(LOCK) --editable '.[emoji]'
	touch $@

test: .venv/installed
	$(BIN)/python -m pytest

# The longer half: whole studies again and again, that go on from earlier results, are killed, fetched,
# swept, deployed, extended; and every single test that takes more than some seconds.
test-studies: .venv/installed
	$(BIN)/python -m pytest -m "studies or slow"

# All of them with the newest version of everything, asked for every time.
test-newest: | named_python $(BIN)/python
	$(BIN)/python -m venv .venv-newest
	.venv-newest/bin/python $(PIP_INSTALL) --upgrade --upgrade-strategy eager --editable '.[test]'
	.venv-newest/bin/python -m pytest -m ''

# Whether the lower bounds in pyproject.toml are true: plans, and a small study, with the lowest versions.
LOWEST_TESTS := tests/test_lower_bounds.py tests/workflow/test_dag.py tests/workflow/test_catalog.py \
  tests/workflow/test_end_to_end.py
test-lowest: .venv-lowest/installed
	STYLEWALK_LOWEST=1 .venv-lowest/bin/python -m pytest -m "not studies" $(LOWEST_TESTS)

.venv-lowest/installed: pyproject.toml | named_python $(BIN)/uv
	$(BIN)/python -m venv .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct \
	  --editable '.[test]'
	touch $@

$(BIN)/uv: $(LOCK) | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --constraint $(LOCK) uv
	touch $@

# The versions for every Python and system, in line with pyproject.toml; those that fit stay as they are.
# All of them renewed: make lock UPGRADE=--upgrade
UPGRADE ?=
lock: | named_python $(BIN)/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras $(UPGRADE) \
	  --no-header --no-annotate --output-file $(LOCK) pyproject.toml

# A study on a real Slurm of one node, where root and the packages can be had; skipped in words elsewhere.
test-cluster: .venv/installed
	-$(BIN)/python $(PIP_INSTALL) --constraint $(LOCK) --editable '.[slurm]'
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
	.venv-bench/bin/python $(PIP_INSTALL) --editable . \
	  --requirement benchmarks/requirements.txt
	touch $@

# How often the verdict on a claim is wrong, by simulation: half an hour on two cores.
error-rates: .venv/installed
	PYTHONPATH=tests $(BIN)/python tests/claims/error_rates.py

# The page of every key, from the schema.
docs: .venv/installed
	$(BIN)/python -m stylewalk_workflow.config_reference

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

clean:
	rm -rf .venv .venv-* results .snakemake
