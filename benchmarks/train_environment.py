"""The Python environment of the rival frameworks; `make bench-train` makes it, nothing else."""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import subprocess
import sys

_HERE = pathlib.Path(__file__).resolve().parent
LOCK = _HERE / "train-requirements.txt"
FOLDER = _HERE / ".train-venv"
_LEAST_PYTHON = (3, 10)


def ensure_environment() -> pathlib.Path:
    """Its interpreter; makes it where it is not there or not what the lock file says."""
    stamp = FOLDER / "complete"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    python = FOLDER / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted and python.exists():
        return python
    if sys.version_info < _LEAST_PYTHON:
        least = ".".join(map(str, _LEAST_PYTHON))
        raise SystemExit(
            f"TensorFlow and JAX need Python {least} or later, and .venv has"
            f" {sys.version.split()[0]}: set CDMPP_PYTHON to a newer one and run `make setup`"
        )
    print(f"making {FOLDER.name} from {LOCK.name} (some 500 MB) ...", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    subprocess.run(
        [
            *(str(python), "-I", "-m", "pip", "install", "--quiet"),
            *("--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"),
            *("--requirement", str(LOCK)),
        ],
        check=True,
    )
    stamp.write_text(wanted)
    return python
