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
# Types are checked beside the first tests, which end where they do not hold.
types=$(mktemp)
.venv/bin/mypy >"$types" 2>&1 &
checking=$!
# In the order of folders: the browser tests, the longest files, begin early, and no worker ends alone with one.
# Three workers keep two cores busy: whoever drives a browser waits a third of the time.
.venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder "$@" &
testing=$!
trap 'kill $checking $testing 2>/dev/null || true; rm -f "$types"' EXIT
if ! wait $checking; then
    cat "$types" >&2
    exit 1
fi
wait $testing
