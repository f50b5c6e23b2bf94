"""One collector a folder: two would choose and measure the same programs, and mix their lines."""

from __future__ import annotations

import fcntl
from pathlib import Path

from ..errors import CollectionError

_LOCK_FILE = "collection.lock"


class FolderLock:
    """Held until `close`, or until the process ends, however it ends.

    Args:
        folder: That exists.

    Raises:
        CollectionError: Another process, or another object of this one, holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._file = (folder / _LOCK_FILE).open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise CollectionError(
                f"another collector works in {folder}; wait until it has ended, or give another"
                " folder."
            ) from error
        except OSError:  # a file system without locks: whoever shares it must look out
            pass

    def close(self) -> None:
        """Let others in."""
        self._file.close()
