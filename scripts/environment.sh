# Sourced by run.sh and test.sh: a virtual environment with the locked packages, and the system packages.

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# install_system PACKAGE...: through apt where that is allowed; otherwise says what to type and stops.
install_system() {
    local run=()
    if ! command -v apt-get >/dev/null; then
        stop "This system has no apt. Please install what corresponds to these Debian packages: $*"
    fi
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            run=(sudo -n)
        else
            stop "Some system packages are missing. Please type this, then start again:" \
                "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        fi
    fi
    printf 'Installing system packages: %s\n' "$*" >&2
    "${run[@]}" apt-get update -qq >&2
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# install_python LOCKFILE: into .venv, and only when the lock file has changed since.
install_python() {
    local lock=$1 stamp wanted python
    stamp=".venv/installed-${lock%.lock}"
    # The stamp is the lock file itself: comparing two small files is quicker than starting a Python.
    if cmp -s "$lock" "$stamp"; then
        return
    fi
    python=$(find_python) || stop "Posewright needs Python 3.11 or newer; please install it and start again."
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install_system python3-venv
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    printf 'Installing Python packages from %s …\n' "$lock" >&2
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$lock" >&2
    cp "$lock" "$stamp"
}

# A headless OpenGL: EGL with Mesa's software driver; a GPU's own driver is preferred where there is one.
install_opengl() {
    local libraries
    libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
    if [[ $libraries != *libEGL.so.1* || $libraries != *libGL.so.1* ]]; then
        install_system libegl1 libgl1 libgl1-mesa-dri libosmesa6
    fi
}
