#!/bin/sh
# Builds functions and layer into .aws-sam/build with the Python that Lambda runs, bytecode
# included: Lambda's file system is read-only, so a cold start would compile every module again.
set -eu
cd "$(dirname "$0")/.."
version=3.13

python=$(python$version -c 'import sys; print(sys.executable)' 2>/dev/null) ||
    python=$(pyenv prefix $version 2>/dev/null)/bin/python$version
[ -x "$python" ] || {
    echo "error: no python$version on PATH. Lambda runs Python $version, and the build needs the same." >&2
    echo "       Install it, for example with: pyenv install $version" >&2
    exit 1
}
PATH=$(dirname "$python"):$PATH
export PATH SAM_CLI_TELEMETRY=0

.venv-sam/bin/sam build
echo "Compiling bytecode with $("$python" --version)"
"$python" -m compileall -q --invalidation-mode unchecked-hash .aws-sam/build
