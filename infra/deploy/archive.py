"""deployment.zip: the same input gives the same bytes, and what is unchanged is not deployed again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# Where Lambda unpacks it; tracebacks name the files by this.
_ROOT_ON_LAMBDA = "/var/task"


def compile_all(folder: Path) -> None:
    """Add the .pyc of every module, believed without a look at the source: a cold start compiles nothing.

    In a process of its own and in a fixed order, because strings that a compiler has met before come out
    in another form.
    """
    subprocess.run(
        [
            *(sys.executable, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash"),
            *("-s", folder, "-p", _ROOT_ON_LAMBDA, folder),
        ],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )


def pack(folder: Path, archive: Path) -> None:
    """Write the files of `folder` to `archive`: sorted, readable by everyone, of no particular time."""
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(folder).as_posix())
            entry.external_attr = 0o100644 << 16
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes(), compresslevel=9)
