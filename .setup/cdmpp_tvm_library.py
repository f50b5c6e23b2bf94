"""Makes `import tvm` find the TVM that set-up fetched, and the libraries it is linked to.

Set-up copies this file into .venv and starts it from a .pth file, so it runs in every start of
that interpreter: it does next to nothing until somebody imports tvm.
"""

import ctypes
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder

HERE = os.path.dirname(os.path.abspath(__file__))


def install(tvm_root: str) -> None:
    """Puts the TVM below `tvm_root` last on the path: a PYTHONPATH of the user wins."""
    sys.path.append(os.path.join(tvm_root, "python"))
    sys.meta_path.insert(0, TvmFinder(tvm_root))


class TvmFinder(MetaPathFinder):
    """Loads what libtvm.so needs just before the first import of tvm."""

    def __init__(self, tvm_root: str) -> None:
        self.tvm_root = tvm_root

    def find_spec(self, fullname, path=None, target=None):
        if fullname != "tvm":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec("tvm", path, target)
        # Another TVM, which came first on the path, brings its own libraries.
        if spec is not None and str(spec.origin).startswith(self.tvm_root + os.sep):
            # The TVM looks there first; child processes inherit it.
            os.environ["TVM_LIBRARY_PATH"] = os.path.join(self.tvm_root, "build")
            preload_cuda()
        return spec


def preload_cuda() -> None:
    """Loads the three CUDA libraries by path: the loader would not look inside .venv for them."""
    load(os.path.join(HERE, "nvidia", "cuda_runtime", "lib", "libcudart.so.12"))
    load(os.path.join(HERE, "nvidia", "cuda_nvrtc", "lib", "libnvrtc.so.12"))
    try:
        load("libcuda.so.1")  # the driver, wherever there is one
    except OSError:
        load(os.path.join(HERE, "_cdmpp_libcuda_stub", "libcuda.so.1"))


def load(library: str) -> None:
    ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
