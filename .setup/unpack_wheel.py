"""unpack_wheel.py WHEEL DIRECTORY PATTERN...: takes the files that match a pattern out of a wheel.

A pattern that starts with `!` leaves files out again; the last match decides. Executable bits stay.
"""

import fnmatch
import os
import sys
import zipfile


def wanted(name: str, patterns: "list[str]") -> bool:
    decision = False
    for pattern in patterns:
        if fnmatch.fnmatchcase(name, pattern.lstrip("!")):
            decision = not pattern.startswith("!")
    return decision


def main(wheel: str, directory: str, *patterns: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        chosen = [entry for entry in archive.infolist() if wanted(entry.filename, list(patterns))]
        if not chosen:
            sys.exit(f"set-up: nothing in {os.path.basename(wheel)} matches {' '.join(patterns)}")
        for entry in chosen:
            path = archive.extract(entry, directory)
            mode = entry.external_attr >> 16
            if mode and not entry.is_dir():
                os.chmod(path, mode & 0o755 | 0o644)


main(*sys.argv[1:])
