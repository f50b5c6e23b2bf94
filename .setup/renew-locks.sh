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
"$tools/bin/uv" pip compile pyproject.toml --extra tvm --extra dev --output-file requirements.lock --quiet \
  --universal --python-version 3.9 --fork-strategy requires-python --generate-hashes \
  --only-binary :all: --no-emit-index-url --no-emit-find-links \
  --custom-compile-command 'make lock'
