# Says which step is under way and how long it took.

steps() { STEP_COUNT=$1; STEP=0; SETUP_START=$SECONDS; trap stopped ERR; set -o errtrace; }
step() { STEP=$((STEP + 1)); STEP_NAME=$1; STEP_START=$SECONDS; STEP_DOING=; }

# Announces work; a step that never calls it was up to date.
doing() { STEP_DOING=$1; printf '[%d/%d] %s: %s …\n' "$STEP" "$STEP_COUNT" "$STEP_NAME" "$1"; }

# Ends a step; an argument replaces the usual words.
ready() {
  local words=${1:-up to date}
  [[ -z $STEP_DOING ]] || words="ready after $((SECONDS - STEP_START)) s"
  printf '[%d/%d] %s: %s\n' "$STEP" "$STEP_COUNT" "$STEP_NAME" "$words"
}

finished() { printf 'set-up complete after %d s\n' "$((SECONDS - SETUP_START))"; }

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
