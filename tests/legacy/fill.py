"""`python -m tests.legacy.fill FOLDER NUMBER`: an old system of that many jobs, to try the import on."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from tests.legacy.old_lab import FOLDERS, OldLab

# How an old lab looks: nearly everything is over.
_SHARES = (
    ("ARCHIVED",) * 80
    + ("PAIDPICKEDUP",) * 8
    + ("REJECTED",) * 5
    + tuple(list(FOLDERS)[:5])
    + ("ARCHIVED",) * 2
)


def main(folder: Path, number: int) -> None:
    """Write the database and the storage folder."""
    lab = OldLab(folder / "storage", start=datetime.now() - timedelta(hours=7 * number))
    for each in range(number):
        lab.job(_SHARES[each % len(_SHARES)])
    print(lab.save(folder / "old.db"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
