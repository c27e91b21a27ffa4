"""From the bytes of an upload to a Mesh, by the file's ending."""

from __future__ import annotations

from collections.abc import Callable

from .errors import ModelRefused
from .mesh import Mesh
from .readers.obj import read_obj
from .readers.stl import read_stl
from .readers.threemf import read_3mf

_READERS: dict[str, Callable[[bytes | memoryview], Mesh]] = {
    ".stl": read_stl,
    ".obj": read_obj,
    ".3mf": read_3mf,
}

EXTENSIONS = tuple(_READERS)


def load(data: bytes | memoryview, extension: str) -> Mesh:
    """Read a model whose file name ends with `extension` (".stl" or "STL").

    Raises ModelRefused when the bytes are not what the ending says, or not a model at all. Nothing is
    written to disk. The Mesh may keep `data` alive instead of copying it.
    """
    reader = _READERS.get("." + extension.lower().lstrip("."))
    if reader is None:
        raise ModelRefused(
            "unsupported_format",
            f"The lab prints {', '.join(EXTENSIONS)} files. Export your model as one of these.",
        )
    if len(data) == 0:
        raise ModelRefused("empty_file", "The file is empty (0 bytes). Export the model again and upload it.")
    return reader(data)
