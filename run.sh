#!/usr/bin/env bash
# Sets everything up, then runs `python main.py` with the given arguments; `serve` without any, or with options alone.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/environment.sh
if [ "$(uname -s)" = Linux ]; then
    install_opengl
fi
install_python requirements.lock
case ${1:-} in
-h | --help) ;;
"" | -*) set -- serve "$@" ;;
esac
exec .venv/bin/python main.py "$@"
