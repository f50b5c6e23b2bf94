# The addon of tfjs-node-gpu, built against the library in TENSORFLOW_DIR.

ensure_tfjs_addon() {
  local package=node_modules/@tensorflow/tfjs-node-gpu
  local folder=$package/lib/napi-v8 deps=$package/deps
  local stamp=$folder/.cdmpp-addon wanted
  wanted=$(digest "$package/package.json" .setup/tfjs-addon.sh - <<<"$TENSORFLOW_DIR")
  if ! stamped "$stamp" "$wanted" || [[ ! -f $folder/tfjs_binding.node || ! $deps -ef $TENSORFLOW_DIR ]]; then
    doing 'compiling'
    mkdir -p "$folder"
    rm -f "$stamp"
    # A link to the folder, not to the libraries: the loader takes $ORIGIN as written, and the
    # CUDA library finds its siblings in $ORIGIN/../nvidia.
    rm -rf "$deps"
    ln -s "$TENSORFLOW_DIR" "$deps"
    g++ -O2 -std=c++17 -fPIC -shared -DNAPI_VERSION=8 \
      -I"$package" -I"$deps/tensorflow/include" -Inode_modules/node-api-headers/include \
      "$package/binding/tfjs_backend.cc" "$package/binding/tfjs_binding.cc" \
      -L"$deps/tensorflow" -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 \
      -Wl,-rpath,'$ORIGIN/../../deps/tensorflow' \
      -o "$folder/tfjs_binding.node.partial"
    mv "$folder/tfjs_binding.node.partial" "$folder/tfjs_binding.node"
    doing 'multiplying two matrices with it'
    TF_CPP_MIN_LOG_LEVEL=2 node .setup/addon-smoke.cjs
    echo "$wanted" >"$stamp"
  fi
  ready
}
