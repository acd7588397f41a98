#!/usr/bin/env bash
# Makes both lock files anew from requirements*.txt, for every supported Python and system.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 -m venv .venv
.venv/bin/python -m pip install -q uv
for name in requirements requirements-dev; do
    .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --output-file "$name.lock" "$name.txt"
done
