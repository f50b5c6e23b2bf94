# What .venv holds besides TVM: the pins of python-shim/requirements.lock, and the shim itself.

# With a TVM of the user's, only what the shim and its tests need: the rest is theirs.
SHIM_PACKAGES=(grpcio protobuf grpcio-tools pytest ruff mypy types-protobuf grpc-stubs setuptools)

ensure_python_packages() {
  local lock=python-shim/requirements.lock stamp=.venv/.cdmpp-packages wanted
  wanted=$(digest "$lock" python-shim/pyproject.toml .setup/python-packages.sh)
  if ! stamped "$stamp" "$wanted"; then
    ensure_wheels "$lock"
    doing 'installing'
    # Every wheel is in the cache now, so no index is asked.
    pip_install --find-links "$CACHE/wheels" --require-hashes "${PACKAGES[@]}"
    pip_install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable python-shim
    echo "$wanted" >"$stamp"
  fi
  ready
}

pip_install() { .venv/bin/python -I -m pip install --quiet --no-index "$@"; }

# The wheels of the lock file in the cache. Sets PACKAGES, pip's words for what to install.
ensure_wheels() {
  local complete
  if [[ -n $CDMPP_TVM_PYTHON ]]; then
    PACKAGES=(--constraint "$1" "${SHIM_PACKAGES[@]}")
  else
    PACKAGES=(--requirement "$1")
  fi
  complete="$CACHE/wheels/.complete-$(digest "$1" - <<<"$(python_version .venv/bin/python) ${PACKAGES[*]}")"
  [[ ! -e $complete ]] || return 0
  doing 'fetching wheels once for all clones (up to 200 MB)'
  with_cache_locked fetch_wheels "$complete"
}

fetch_wheels() {
  mkdir -p "$CACHE/wheels"
  .venv/bin/python -I -m pip download --no-cache-dir --only-binary=:all: --require-hashes \
    --find-links "$CACHE/wheels" --dest "$CACHE/wheels" "${PACKAGES[@]}"
  touch "$1"
}
