#!/usr/bin/env bash
# Run by Snakemake in the folder of the study, after it has made the conda environment: brings the
# package that the jobs import, which conda has not.
set -euo pipefail
if grep --quiet --no-messages '^name = "stylewalk"$' pyproject.toml; then
  pip install --no-deps --editable .
elif [[ -n "${STYLEWALK_PACKAGE:-}" ]]; then
  pip install --no-deps "$STYLEWALK_PACKAGE"
else
  echo "This folder is no checkout of Stylewalk: set STYLEWALK_PACKAGE to its address or folder," \
    "as pip takes it (git+https://ADDRESS/OF/THE/REPOSITORY@v0.1.0), and run again." >&2
  exit 1
fi
