# Fills the cache that all clones share. A name appears there only when it is complete.

# Locks the cache for the command given, so that two clones never fetch the same thing at once.
with_cache_locked() {
  exec 9>"$CACHE/.lock"
  flock --nonblock 9 || { echo 'waiting for the set-up of another clone …'; flock 9; }
  "$@"
  exec 9>&-
}

# fetch_unpacked <directory of the cache> <lock file> <pattern>...
# Downloads the wheels that the lock file pins (pip checks their sha256), keeps of them only what
# matches a pattern, and deletes them. One at a time, so that an interrupted run repeats one only.
fetch_unpacked() {
  local target=$1 lock=$2 partial="$1.partial" requirement name
  shift 2
  [[ ! -d $target ]] || return 0
  mkdir -p "$partial/content"
  while read -r requirement; do
    name=${requirement%% *}
    [[ ! -e $partial/$name.unpacked ]] || continue
    rm -rf "$partial/wheel"
    # The wheels are of one Python, whichever runs here: only native files are taken from them.
    .venv/bin/python -I -m pip download --no-cache-dir --no-deps --only-binary=:all: \
      --python-version 3.11 --implementation cp --platform manylinux2014_x86_64 \
      --require-hashes --requirement <(echo "$requirement") --dest "$partial/wheel"
    .venv/bin/python -I .setup/unpack_wheel.py "$partial"/wheel/*.whl "$partial/content" "$@"
    rm -rf "$partial/wheel"
    touch "$partial/$name.unpacked"
  done < <(grep -v '^#' "$lock")
  mv "$partial/content" "$target"
  rm -rf "$partial"
}
