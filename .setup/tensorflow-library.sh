# The native TensorFlow library, out of a Python wheel: the bucket from which tfjs-node-gpu would
# download its own is no longer public. Sets TENSORFLOW_DIR.

ensure_tensorflow_library() {
  local lock=".setup/$TF_DIST.lock" wait='230 MB'
  TENSORFLOW_DIR="$CACHE/$TF_DIST-$(digest "$lock")"
  if [[ ! -d $TENSORFLOW_DIR ]]; then
    [[ $TF_DIST == tensorflow-cpu ]] || wait='3 GB'
    doing "fetching $TF_DIST once for all clones ($wait)"
    with_cache_locked fetch_unpacked "$TENSORFLOW_DIR" "$lock" \
      'tensorflow/libtensorflow_cc.so.2' \
      'tensorflow/libtensorflow_framework.so.2' \
      'tensorflow/include/tensorflow/c/*.h' \
      'tensorflow/include/tensorflow/core/platform/ctstring*.h' \
      'tensorflow/include/tsl/platform/ctstring*.h' \
      'tensorflow/include/tsl/c/*.h' \
      'tensorflow/include/xla/tsl/c/*.h' \
      'tensorflow/include/xla/tsl/platform/ctstring*.h' \
      'nvidia/*' '!nvidia/*/include/*' '!nvidia/*.a' # siblings, where the CUDA library looks for them
  fi
  ready
}
