# What .venv holds besides TVM: the pins of python-shim/requirements.lock, and the shim itself.

# What a TVM of the user's has brought along: left out then, lest ours hide theirs.
TVM_PACKAGES='attrs|cloudpickle|decorator|ml-dtypes|numpy|nvidia-.*|psutil|scipy|tornado|xgboost-cpu'

ensure_python_packages() {
  local lock=python-shim/requirements.lock stamp=.venv/.cdmpp-packages wanted pins
  wanted=$(digest "$lock" python-shim/pyproject.toml .setup/python-packages.sh)
  if ! stamped "$stamp" "$wanted"; then
    pins=$(wanted_pins "$lock")
    ensure_wheels "$pins"
    doing 'installing'
    # Every wheel is in the cache now, so no index is asked.
    pip_install --find-links "$CACHE/wheels" --require-hashes --requirement <(echo "$pins")
    pip_install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable python-shim
    echo "$wanted" >"$stamp"
  fi
  ready
}

pip_install() { .venv/bin/python -I -m pip install --quiet --no-index "$@"; }

# The entries of the lock file that this environment takes.
wanted_pins() {
  local left_out='-' # no package has that name
  [[ -z $CDMPP_TVM_PYTHON ]] || left_out=$TVM_PACKAGES
  awk -v left_out="^($left_out)==" '/^[a-z]/ { keep = $0 !~ left_out } keep' "$1"
}

# The wheels of the pins $1 in the cache; a mark there says that all of them are, for this Python.
ensure_wheels() {
  local complete
  complete="$CACHE/wheels/.complete-$(digest - <<<"$(python_version .venv/bin/python) $1")"
  [[ ! -e $complete ]] || return 0
  doing 'fetching wheels once for all clones (up to 200 MB)'
  with_cache_locked fetch_wheels "$1"
  touch "$complete"
}

fetch_wheels() {
  mkdir -p "$CACHE/wheels"
  .venv/bin/python -I -m pip download --no-cache-dir --only-binary=:all: --require-hashes \
    --find-links "$CACHE/wheels" --dest "$CACHE/wheels" --requirement <(echo "$1")
}
