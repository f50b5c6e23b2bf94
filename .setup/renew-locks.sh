#!/usr/bin/env bash
# Renews both lock files after a change in package.json or python-shim/pyproject.toml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# No addresses of registries in it: whoever installs has their own.
npm install --package-lock-only --omit-lockfile-registry-resolved
node .setup/complete-npm-lock.cjs

# uv resolves for all of Python 3.9 to 3.12 at once, which pip cannot.
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python=.venv/bin/python
[[ -x $python ]] || python=python3
"$python" -I -m venv "$tools"
"$tools/bin/python" -I -m pip install --quiet uv
cd python-shim
# lock <Python from which on> <output> <uv's other arguments>...
lock() {
  "$tools/bin/uv" pip compile --python-version "$1" --output-file "$2" "${@:3}" --quiet \
    --universal --fork-strategy requires-python --generate-hashes \
    --only-binary :all: --no-emit-index-url --no-emit-find-links \
    --custom-compile-command 'make lock'
}
lock 3.9 requirements.lock pyproject.toml --extra tvm --extra tune --extra dev
# Of `make bench-train` alone, which makes an environment of its own; from here, for the platforms
# that pyproject.toml names.
lock 3.10 ../benchmarks/train-requirements.txt ../benchmarks/train-requirements.in
