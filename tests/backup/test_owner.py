"""Whose the pieces in a folder of backups are, and who may read them."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from chalicelib.aws.places import Folder


def inside(root: Path) -> list[os.stat_result]:
    """What the system says of all that a folder holds."""
    return [path.stat() for path in root.rglob("*")]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX systems")
@pytest.mark.parametrize("there_already", [False, True])
def test_what_a_folder_keeps_is_for_its_own_user_only(there_already: bool, tmp_path: Path) -> None:
    root = tmp_path / "backups"
    if there_already:
        root.mkdir()
        root.chmod(0o755)
    Folder(root).put("bytes/ab/one", io.BytesIO(b"x"))
    assert {oct(found.st_mode & 0o777) for found in inside(root)} == {"0o700", "0o600"}
    assert root.stat().st_mode & 0o777 == (0o755 if there_already else 0o700)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
def test_what_root_puts_there_is_of_the_folders_owner(tmp_path: Path) -> None:
    root = tmp_path / "backups"
    root.mkdir()
    os.chown(root, 4711, 4712)
    Folder(root).put("bytes/ab/one", io.BytesIO(b"x"))
    Folder(root).put("bytes/ab/two", io.BytesIO(b"x"))
    assert {(found.st_uid, found.st_gid) for found in inside(root)} == {(4711, 4712)}
