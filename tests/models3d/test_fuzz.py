"""Damaged copies of good files: whatever the damage, a mesh or a refusal, never another error."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.models3d import REFUSAL_CODES, ModelRefused, facts, load
from infra.model_files import encode, zipped

from .shapes import RELATIONSHIPS, box

pytestmark = pytest.mark.filterwarnings("ignore:string or file could not be read")

BITS = [
    b"nan",
    b"-1e999",
    b"\0",
    b"\n",
    b' "',
    b"<",
    "٣".encode(),
    b"\\\n",
    b"99999999999",
    b"<vertices>",
    b"PK\x01\x02",
]
GOOD = [(".stl", encode(box(), ".stl")), (".stl", encode(box(), ".ascii.stl"))]
GOOD += [(extension, encode(box(), extension)) for extension in (".obj", ".3mf")]
with zipfile.ZipFile(io.BytesIO(GOOD[-1][1])) as archive:
    MODEL = archive.read("3D/3dmodel.model")

damages = st.lists(
    st.tuples(st.floats(0, 0.999), st.integers(0, 30), st.sampled_from(BITS) | st.binary(max_size=8)),
    min_size=1,
    max_size=5,
)


def damaged(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """At each place, a number of bytes replaced by others."""
    for place, removed, added in changes:
        at = int(place * len(data))
        data = data[:at] + added + data[at + removed :]
    return data


def look_at(data: bytes, extension: str) -> None:
    code = None
    try:
        with np.errstate(all="raise", under="ignore"):
            facts(load(data, extension)).as_dict()
    except ModelRefused as refused:
        code = refused.code
    assert code is None or code in REFUSAL_CODES


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), damages)
def test_damaged_files(good: tuple[str, bytes], changes: list[tuple[float, int, bytes]]) -> None:
    look_at(damaged(good[1], changes), good[0])


@settings(max_examples=200, deadline=None)
@given(damages)
def test_damaged_xml_in_a_sound_zip(changes: list[tuple[float, int, bytes]]) -> None:
    model = damaged(MODEL, changes)
    look_at(zipped({"_rels/.rels": RELATIONSHIPS.encode(), "3D/3dmodel.model": model}), ".3mf")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".stl", ".obj", ".3mf"]))
def test_any_bytes(data: bytes, extension: str) -> None:
    look_at(data, extension)
