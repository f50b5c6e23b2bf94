# A TVM that still has `tvm.auto_scheduler`, importable in .venv with no environment variable.

ensure_tvm_library() {
  if [[ -n $CDMPP_TVM_PYTHON ]]; then return; fi # the user's own is there already
  local packages stamp=.venv/.cdmpp-tvm wanted tvm_dir
  tvm_dir="$CACHE/tvm-$(digest .setup/tvm.lock)"
  wanted=$(digest .setup/tvm-library.sh .setup/cdmpp_tvm_library.py .setup/libcuda-stub.c - <<<"$tvm_dir $(cuda_driver)")
  if ! stamped "$stamp" "$wanted" || [[ ! -d $tvm_dir ]]; then
    if [[ ! -d $tvm_dir ]]; then
      doing 'fetching it once for all clones (82 MB)'
      with_cache_locked fetch_unpacked "$tvm_dir" .setup/tvm.lock \
        'bitblas/3rdparty/tvm/python/tvm/*' 'bitblas/3rdparty/tvm/build/*.so' \
        'bitblas/3rdparty/tvm/LICENSE' 'bitblas/3rdparty/tvm/licenses/*'
    fi
    doing 'making it importable'
    packages=$(site_packages)
    cp .setup/cdmpp_tvm_library.py "$packages/_cdmpp_tvm_library.py"
    printf 'import _cdmpp_tvm_library; _cdmpp_tvm_library.install(%s)\n' \
      "$(.venv/bin/python -I -c 'import sys; print(repr(sys.argv[1]))' "$tvm_dir/bitblas/3rdparty/tvm")" \
      >"$packages/cdmpp-tvm-library.pth"
    build_libcuda_stub "$packages/_cdmpp_libcuda_stub"
    echo "$wanted" >"$stamp"
  fi
  ready
}

# libtvm.so is linked to the CUDA driver. Where there is none, a stand-in lets it load.
build_libcuda_stub() {
  rm -rf "$1"
  [[ $(cuda_driver) == absent ]] || return 0
  mkdir "$1"
  g++ -x c -O2 -fPIC -shared -Wl,-soname,libcuda.so.1 .setup/libcuda-stub.c -o "$1/libcuda.so.1"
}

# A driver may come or go between two set-ups.
cuda_driver() {
  .venv/bin/python -I -c 'import ctypes; ctypes.CDLL("libcuda.so.1")' 2>/dev/null && echo present || echo absent
}
