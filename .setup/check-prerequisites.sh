# Names everything that is missing at once, each with the one command that installs it on Debian or
# Ubuntu, before anything is fetched. Sets BASE_PYTHON, the interpreter to make .venv from; empty
# where .venv is there and works.
MIN_GLIBC=2.28 # the wheels of xgboost-cpu and ruff ask for it
MISSING=()
SUDO='sudo '
[[ $(id -u) != 0 ]] || SUDO=

missing() { MISSING+=("$1"$'\n'"    $2"); }

check_prerequisites() {
  check_platform
  check_node
  command -v g++ >/dev/null || missing 'g++' "${SUDO}apt-get install -y g++"
  command -v make >/dev/null || missing 'make' "${SUDO}apt-get install -y make"
  BASE_PYTHON=
  if [[ -n $CDMPP_TVM_PYTHON ]]; then check_tvm_python; else check_python; fi
  [[ ${#MISSING[@]} -gt 0 ]] || return 0
  printf 'set-up needs, and did not find:\n' >&2
  printf -- '- %s\n' "${MISSING[@]}" >&2
  exit 1
}

check_platform() {
  local glibc
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || glibc=none
  [[ $(uname -sm) == 'Linux x86_64' ]] && at_least "${glibc#glibc }" "$MIN_GLIBC" ||
    fail "needs Linux on x86-64 with glibc $MIN_GLIBC or later; this is $(uname -sm) with $glibc"
}

# at_least <version> <bound>
at_least() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

check_node() {
  local found major
  found=$(node -p 'process.versions.node + " " + process.arch' 2>/dev/null) || found='none'
  major=${found%%.*}
  if [[ $found != *' x64' ]] || ((major < 20 || major > 24)); then
    missing "Node 20 to 24 for x64 (found: $found)" "$(node_command)"
  elif ! command -v npm >/dev/null; then
    missing 'npm' "${SUDO}apt-get install -y npm"
  fi
}

# The version of package $1 that the distribution offers.
apt_offers() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9][0-9.]*\).*/\1/p'; }

node_command() {
  if at_least "$(apt_offers nodejs)" 20; then
    echo "${SUDO}apt-get install -y nodejs npm"
  else # older releases: npm brings an old Node, and installs a current one
    echo "${SUDO}apt-get install -y npm && ${SUDO}npm install --global node@22"
  fi
}

# Runs a candidate: a version manager's stand-in exists on the PATH and yet may fail.
python_version() {
  "$1" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}
python_in_range() { case $1 in 3.9 | 3.10 | 3.11 | 3.12) ;; *) return 1 ;; esac; }
python_has_venv() { "$1" -I -c 'import venv, ensurepip, ssl, ctypes' 2>/dev/null; }

check_python() {
  local candidate version without_venv=
  # A working environment stays, even where another interpreter would be found first today.
  if [[ ! -v CDMPP_PYTHON ]] && venv_works; then return; fi
  for candidate in ${CDMPP_PYTHON:-python3.12 python3.11 python3.10 python3.9 python3 "$HOME/.local/bin/python3.12"}; do
    version=$(python_version "$candidate") && python_in_range "$version" || continue
    if python_has_venv "$candidate"; then BASE_PYTHON=$candidate; return; fi
    without_venv=${without_venv:-$version}
  done
  if [[ -n ${CDMPP_PYTHON:-} ]]; then
    fail "CDMPP_PYTHON=$CDMPP_PYTHON is not a Python 3.9 to 3.12 with venv and ensurepip"
  elif [[ -n $without_venv ]]; then
    missing "venv of Python $without_venv" "${SUDO}apt-get install -y python$without_venv-venv"
  else
    missing 'Python 3.9 to 3.12 with venv' "$(python_command)"
  fi
}

python_command() {
  local offered
  offered=$(apt_offers python3)
  if python_in_range "$(cut -d. -f1,2 <<<"$offered")"; then
    echo "${SUDO}apt-get install -y python3 python3-venv"
  else # newer releases: 3.12 beside the system's own, found in ~/.local/bin
    echo "${SUDO}apt-get install -y pipx && pipx run uv python install 3.12"
  fi
}

check_tvm_python() {
  local version
  if venv_works; then return; fi
  version=$(python_version "$CDMPP_TVM_PYTHON") || fail "CDMPP_TVM_PYTHON=$CDMPP_TVM_PYTHON does not run"
  python_in_range "$version" ||
    fail "CDMPP_TVM_PYTHON=$CDMPP_TVM_PYTHON is Python $version; the shim needs 3.9 to 3.12"
  python_has_venv "$CDMPP_TVM_PYTHON" ||
    missing "venv of Python $version" "${SUDO}apt-get install -y python$version-venv"
  "$CDMPP_TVM_PYTHON" .setup/tvm_probe.py || exit 1
  BASE_PYTHON=$CDMPP_TVM_PYTHON
}
