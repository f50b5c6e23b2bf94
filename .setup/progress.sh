# Says which step is under way and how long it took.

steps() { STEP_COUNT=$1; STEP=0; SETUP_START=$SECONDS; DID_WORK=; trap stopped ERR; set -o errtrace; }
step() { STEP=$((STEP + 1)); STEP_NAME=$1; STEP_START=$SECONDS; STEP_DOING=; }

# Announces work; a step that never calls it was up to date, and is not worth a line.
doing() { STEP_DOING=$1; DID_WORK=1; printf '[%d/%d] %s: %s …\n' "$STEP" "$STEP_COUNT" "$STEP_NAME" "$1"; }

ready() {
  [[ -z $STEP_DOING ]] ||
    printf '[%d/%d] %s: ready after %d s\n' "$STEP" "$STEP_COUNT" "$STEP_NAME" "$((SECONDS - STEP_START))"
}

# finished <choices that are not the default>
finished() {
  local words='up to date'
  [[ -z $DID_WORK ]] || words="complete after $((SECONDS - SETUP_START)) s"
  printf 'set-up %s%s\n' "$words" "${1:+ ($1)}"
}

stopped() {
  trap - ERR
  printf '\nset-up stopped at [%d/%d] %s; run it again to continue from there\n' "$STEP" "$STEP_COUNT" "$STEP_NAME" >&2
}

# Ends the set-up with one sentence.
fail() { trap - ERR; printf 'set-up: %s\n' "$1" >&2; exit 1; }

# The digest of the named files, and of the text on standard input when `-` is among them.
digest() { cat -- "$@" | sha256sum | cut -c1-16; }

# Whether the stamp file $1 holds the text $2.
stamped() { [[ -f $1 && $(<"$1") == "$2" ]]; }
