"""Why a file was refused, as a code for programs and a sentence for the student who sent it."""

from __future__ import annotations

from typing import Literal, get_args

RefusalCode = Literal[
    "unsupported_format",  # the ending is none of .stl, .obj, .3mf
    "empty_file",
    "not_stl",
    "not_obj",
    "not_3mf",
    "truncated",  # the file stops before what it announces
    "size_mismatch",  # a binary STL with more bytes than triangles
    "damaged",  # text, XML or zip that cannot be read
    "empty_mesh",  # no triangles, or all of them in one point
    "not_finite",  # NaN or infinite coordinates
    "out_of_range",  # coordinates beyond any real object
    "bad_index",  # a face names a corner that does not exist
    "too_many_triangles",
    "too_complex",  # more XML elements, parts or copies than any real model
    "zip_bomb",
    "unsafe_path",  # absolute or climbing names inside the zip
    "encrypted",
    "unsupported_compression",
    "unsupported_unit",
    "dtd_forbidden",
    "missing_model",  # a zip without a 3D model part
    "component_cycle",
    "component_depth",
]

REFUSAL_CODES: frozenset[str] = frozenset(get_args(RefusalCode))

EXPORT_AGAIN = "Export the model again from your design program and upload the new file."


class ModelRefused(Exception):
    """The bytes are not a model that can be printed.

    `code` is one of `REFUSAL_CODES`; `message` says what is wrong and what to do about it.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message
