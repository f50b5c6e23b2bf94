# .venv, from the interpreter that check-prerequisites.sh chose.
VENV_STAMP=.venv/.cdmpp-venv

# What .venv depends on besides its interpreter; it holds absolute paths, so the clone's place too.
venv_identity() { echo "$PWD|$CDMPP_TVM_PYTHON"; }

venv_works() {
  stamped "$VENV_STAMP" "$(venv_identity)" && python_in_range "$(python_version .venv/bin/python)"
}

ensure_python_venv() {
  if venv_works && { [[ -z $BASE_PYTHON ]] || same_python; }; then ready; return; fi
  doing "making .venv from $("$BASE_PYTHON" -I --version)"
  rm -rf .venv
  if [[ -n $CDMPP_TVM_PYTHON ]]; then
    "$BASE_PYTHON" -m venv --system-site-packages .venv
    show_packages_of_user
  else
    "$BASE_PYTHON" -m venv .venv
  fi
  venv_identity >"$VENV_STAMP"
  ready
}

# Whether .venv was made from BASE_PYTHON.
same_python() {
  local base='import sys; print(sys.base_prefix, sys.version_info[:3])'
  [[ $("$BASE_PYTHON" -I -c "$base") == $(.venv/bin/python -I -c "$base") ]]
}

# A virtual environment made from another one sees the system's packages, not the other's: name
# its folders, with their own .pth files, so that an editable TVM there is found as well.
show_packages_of_user() {
  "$CDMPP_TVM_PYTHON" -c '
import site
for folder in site.getsitepackages():
    print(f"import site; site.addsitedir({folder!r})")
' >"$(site_packages)/zz-cdmpp-user-packages.pth"
}

site_packages() { .venv/bin/python -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
