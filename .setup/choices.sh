# TF_DIST and CDMPP_TVM_PYTHON hold until they are named again: `TF_DIST=tensorflow make setup`
# followed by a plain `make test` must not fetch and build the other library. Naming one with an
# empty value goes back to the default.
CHOICES_FILE=.setup/.choices

recall_choices() {
  local name value
  if [[ -f $CHOICES_FILE ]]; then
    while IFS='=' read -r name value; do
      case $name in TF_DIST | CDMPP_TVM_PYTHON) [[ -v $name ]] || printf -v "$name" '%s' "$value" ;; esac
    done <"$CHOICES_FILE"
  fi
  TF_DIST=${TF_DIST:-tensorflow-cpu}
  CDMPP_TVM_PYTHON=${CDMPP_TVM_PYTHON:-}
  [[ $TF_DIST == tensorflow-cpu || $TF_DIST == tensorflow ]] ||
    fail "TF_DIST is '$TF_DIST'; it must be tensorflow-cpu or tensorflow (with CUDA)"
}

remember_choices() {
  printf 'TF_DIST=%s\nCDMPP_TVM_PYTHON=%s\n' "$TF_DIST" "$CDMPP_TVM_PYTHON" >"$CHOICES_FILE"
}

# The choices that are not the default, in words.
describe_choices() {
  local words=()
  [[ $TF_DIST == tensorflow-cpu ]] || words+=("TF_DIST=$TF_DIST")
  [[ -z $CDMPP_TVM_PYTHON ]] || words+=("CDMPP_TVM_PYTHON=$CDMPP_TVM_PYTHON")
  echo "${words[*]}"
}
