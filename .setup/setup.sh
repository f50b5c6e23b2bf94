#!/usr/bin/env bash
# Makes a clone ready to build, test and run. Idempotent: what is up to date is left alone,
# and what was fetched once for one clone is not fetched again for another.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Everything that several clones share: native libraries and Python wheels.
CACHE=${CDMPP_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cdmpp}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

source .setup/progress.sh
source .setup/choices.sh
source .setup/check-prerequisites.sh
source .setup/fetch.sh
source .setup/npm-packages.sh
source .setup/python-venv.sh
source .setup/tensorflow-library.sh
source .setup/tfjs-addon.sh
source .setup/tvm-library.sh
source .setup/python-packages.sh

# Two set-ups in one clone (say, two `make test`) would pull files from under each other.
exec 8<.setup
flock --nonblock 8 || { echo 'waiting for another set-up of this clone …'; flock 8; }

recall_choices
check_prerequisites
mkdir -p "$CACHE"
CACHE=$(cd "$CACHE" && pwd -P)

steps 6
step 'npm packages';       ensure_npm_packages
step 'Python environment'; ensure_python_venv
step 'TensorFlow library'; ensure_tensorflow_library
step 'tfjs addon';         ensure_tfjs_addon
step 'TVM';                ensure_tvm_library
step 'Python packages';    ensure_python_packages
remember_choices
finished "$(describe_choices)"
