#!/usr/bin/env bash
# Run by Snakemake in the folder of the checkout, after it has made the conda environment.
set -euo pipefail
pip install --no-deps --editable .
