"""A sliced 3MF, as Bambu Studio and OrcaSlicer export it: a zip with the G-code of each plate."""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import reduce
from typing import BinaryIO, cast

from chalicelib.slicers import comments
from chalicelib.slicers.facts import Facts

_PLATE = re.compile(r"Metadata/plate_\d{1,3}\.gcode")
_MOST_PLATES = 40
_NOT_READABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError)


def read(file: BinaryIO, size: int) -> Facts:
    """What the G-code of all plates says together; nothing of a model that is not sliced."""
    try:
        with zipfile.ZipFile(file) as package:
            names = [name for name in package.namelist() if _PLATE.fullmatch(name)][:_MOST_PLATES]
            return reduce(Facts.plus, (_plate(package, name) for name in names), Facts())
    except _NOT_READABLE:
        return Facts()


def _plate(package: zipfile.ZipFile, name: str) -> Facts:
    with package.open(name) as plate:  # unpacked piece by piece: only the beginning ever is
        return comments.read_head(cast(BinaryIO, plate))
