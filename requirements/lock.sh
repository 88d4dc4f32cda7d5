#!/bin/sh
# Resolves requirements/*.in into lock files: names, versions and hashes, for every platform that
# Tillbook is developed on; the layer's for Lambda alone.
set -eu
cd "$(dirname "$0")/.."
layer=layers/common/requirements.txt
# Locked versions stay unless an .in file forbids them; `make lock UPGRADE=--upgrade` takes the newest.
compile() {
    UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1 UV_CUSTOM_COMPILE_COMMAND="make lock" \
        .venv-tools/bin/uv pip compile --quiet ${UPGRADE:-} --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-emit-build-options "$@"
}
compile --only-binary :all: --python-platform aarch64-manylinux_2_28 --python-version 3.13 \
    requirements/layer.in -o "$layer"
for name in bootstrap dev cloud sam node; do
    compile --universal --python-version 3.11 "requirements/$name.in" -o "requirements/$name.txt"
done

# npm notes web pages of sponsors beside the hashes; a lock file of ours holds no address at all.
clients=tests/clients/node
case ${UPGRADE:-} in --upgrade) command=update ;; *) command=install ;; esac
sh requirements/node.sh "${PYTHON:-python3}" $clients $command --package-lock-only
.venv/bin/python - $clients/package-lock.json <<'END'
import json
import pathlib
import sys

path = pathlib.Path(sys.argv[1])
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2) + "\n")
END
