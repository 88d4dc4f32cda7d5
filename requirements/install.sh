#!/bin/sh
# Makes the virtual environment DIRECTORY hold exactly what LOCK lists.
#
#   requirements/install.sh PYTHON DIRECTORY LOCK
#
# uv does it in seconds; it is itself installed by pip from bootstrap.txt. Where uv cannot be
# had or cannot reach the index that pip is set up for, pip does the whole work.
set -eu
python=$1 directory=$2 lock=$3
here=$(dirname "$0")
tools=.venv-tools

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    found=$("$python" --version 2>/dev/null || echo "not found")
    echo "error: Python 3.11 or newer is needed; '$python' is: $found" >&2
    echo "       Install it, or name another one: make PYTHON=/path/to/python3.13" >&2
    exit 1
}

with_pip() {
    [ -x "$directory/bin/pip" ] || "$python" -m venv --clear "$directory"
    "$directory/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$lock"
}

with_uv() {
    if ! cmp -s "$here/bootstrap.txt" "$tools/installed.txt"; then
        "$python" -m venv --clear "$tools" && "$tools/bin/python" -m pip install --quiet \
            --disable-pip-version-check --require-hashes -r "$here/bootstrap.txt" || return 1
        cp "$here/bootstrap.txt" "$tools/installed.txt"
    fi
    index=$("$tools/bin/python" -m pip config get global.index-url 2>/dev/null || true)
    index=${PIP_INDEX_URL:-$index}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
    # The machine's own certificates, as pip's users expect; bytecode now, not in every first run.
    export UV_SYSTEM_CERTS=1 UV_COMPILE_BYTECODE=1 UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never
    [ -x "$directory/bin/python" ] && [ ! -x "$directory/bin/pip" ] ||
        "$tools/bin/uv" venv --quiet --clear --python "$python" "$directory" || return 1
    "$tools/bin/uv" pip sync --quiet --python "$directory/bin/python" --require-hashes "$lock"
}

"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "error: '$python' cannot make virtual environments." >&2
    echo "       On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
}
echo "Installing $lock into $directory"
with_uv || {
    echo "uv could not install $lock; pip does it instead, which takes longer"
    with_pip
}
