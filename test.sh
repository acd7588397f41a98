#!/usr/bin/env bash
# Sets everything up, then checks everything: lint, types, layers, tests.
#   ./test.sh [--full] [pytest arguments]   --full repeats the heavy parts with the issues' counts
#   ./test.sh bench NAME [options]          runs tests/benchmarks/NAME.py
set -euo pipefail
cd "$(dirname "$0")"
. scripts/environment.sh

install_opengl
if ! command -v chromium >/dev/null; then
    install_system chromium
fi
case $(fc-list :lang=zh 2>/dev/null) in
"") install_system fontconfig fonts-noto-cjk ;;
esac
install_python requirements-dev.lock

if [ "${1:-}" = bench ]; then
    name=${2:?"which benchmark? one of: $(cd tests/benchmarks && ls *.py | grep -v '^_' | sed 's/\.py$//' | tr '\n' ' ')"}
    shift 2
    exec .venv/bin/python -m "tests.benchmarks.$name" "$@"
fi

.venv/bin/ruff check .
.venv/bin/ruff format --check --quiet .
.venv/bin/mypy
# In the order of folders: the browser tests, the longest files, begin early, and no worker ends alone with one.
# Three workers keep two cores busy: whoever drives a browser waits a third of the time.
exec .venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder "$@"
