from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import stl

from chalicelib.models3d import facts, load
from infra.model_files import ascii_stl, binary_stl
from infra.samples import spur_gear
from infra.solids import moved

from .shapes import box, refusal

# How numpy says that it stopped reading; the reader finds out by itself.
pytestmark = pytest.mark.filterwarnings("ignore:string or file could not be read")


def test_binary_keeps_every_coordinate() -> None:
    gear = spur_gear()
    mesh = load(binary_stl(gear), ".stl")
    assert mesh.format == "stl-binary"
    assert np.array_equal(mesh.triangles, gear)


def test_binary_is_a_view_on_the_file() -> None:
    data = binary_stl(box())
    assert np.shares_memory(load(data, ".stl").triangles, np.frombuffer(data, np.uint8))


def test_a_memoryview_is_enough() -> None:
    assert len(load(memoryview(binary_stl(box())), ".stl")) == 12
    assert len(load(memoryview(ascii_stl(box())), ".stl")) == 12


def test_a_header_that_says_solid_does_not_make_a_file_ascii() -> None:
    data = b"solid exported by CAD".ljust(80) + binary_stl(box())[80:]
    assert load(data, ".stl").format == "stl-binary"


def test_the_ending_is_read_in_any_case_with_or_without_dot() -> None:
    assert len(load(binary_stl(box()), "STL")) == len(load(binary_stl(box()), ".Stl")) == 12


def test_ascii_and_binary_agree() -> None:
    gear = spur_gear()
    read = load(ascii_stl(gear, "Spur gear"), ".stl")
    assert read.format == "stl-ascii"
    assert read.names == ("Spur gear",)
    assert np.allclose(read.triangles, gear, rtol=1e-6)


def test_numpy_stl_writes_what_we_read() -> None:
    gear = spur_gear()[:500]
    written = stl.Mesh(np.zeros(len(gear), stl.Mesh.dtype))
    written.vectors[:] = gear
    for mode in (stl.Mode.BINARY, stl.Mode.ASCII):
        file = io.BytesIO()
        written.save("gear", file, mode=mode)
        assert np.allclose(load(file.getvalue(), ".stl").triangles, gear, atol=1e-4)


def test_every_solid_of_a_file_is_read() -> None:
    two = ascii_stl(box(), "left") + b"\n" + ascii_stl(moved(box(), 50, 0, 0), "right part")
    mesh = load(two, ".stl")
    assert (len(mesh), mesh.names) == (24, ("left", "right part"))
    assert facts(mesh).bodies == 2


def test_many_windows_of_text_are_read_whole() -> None:
    gear = np.concatenate([moved(spur_gear(), 0, 0, float(z)) for z in range(5)])
    data = ascii_stl(gear)
    assert len(data) > 2 << 21
    assert np.allclose(load(data, ".stl").triangles, gear, atol=1e-4)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.upper(),
        lambda text: text.replace(b"  ", b"\t"),
        lambda text: text.replace(b"outer loop\n", b"outer   loop "),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: b"\n\n  " + text,
        lambda text: text.replace(b"normal 0.000000e+00 0.000000e+00", b"normal -nan(ind) 1.#QNAN"),
        lambda text: text[: text.rindex(b"endsolid")],
        lambda text: text.replace(b"solid cube", b"solid facet normal of 1 vertex endloop"),
    ],
)
def test_ascii_dialects(change: Callable[[bytes], bytes]) -> None:
    text = change(ascii_stl(box(), "cube"))
    assert facts(load(text, ".stl")).volume_mm3 == pytest.approx(8000)


def with_coordinate(value: float) -> bytes:
    data = bytearray(binary_stl(box()))
    data[84 + 50 + 12 : 84 + 50 + 16] = np.float32(value).tobytes()
    return bytes(data)


def _edited(old: bytes, new: bytes, count: int = 1) -> bytes:
    text = ascii_stl(box(), "cube")
    assert old in text
    return text.replace(old, new, count)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"x", "not_stl"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_stl"),
        (b"hello, this is a letter " * 40, "not_stl"),
        (b"solid as a rock\nbut not a model", "not_stl"),
        (binary_stl(box())[:-1], "truncated"),
        (binary_stl(box())[:300], "truncated"),
        (binary_stl(box()) + b"\0", "size_mismatch"),
        (binary_stl(box())[:83], "not_stl"),
        (b"x" * (84 - 50), "not_stl"),
        (binary_stl(box()[:0]), "empty_mesh"),
        (b"solid nothing\nendsolid nothing\n", "empty_mesh"),
        (with_coordinate(np.nan), "not_finite"),
        (with_coordinate(-np.inf), "not_finite"),
        (binary_stl(box() * np.float32(1e7)), "out_of_range"),
        (binary_stl(np.zeros((4, 3, 3), np.float32)), "empty_mesh"),
        (ascii_stl(box())[:900], "truncated"),
        (_edited(b"vertex 2.000000e+01", b"vertex nan"), "not_finite"),
        (_edited(b"vertex 2.000000e+01", b"vertex 1e99"), "not_finite"),
        (_edited(b"vertex 2.000000e+01", b"vertex 2_0"), "damaged"),
        (_edited(b"vertex 2.000000e+01", "vertex ٢٠".encode()), "damaged"),
        (_edited(b"vertex 2.000000e+01", b"vertex 0x20"), "damaged"),
        (_edited(b"vertex 2.000000e+01", b"vertex"), "damaged"),
        (_edited(b"endloop\nendfacet\n", b"vertex 1 2 3\nendloop\nendfacet\n"), "damaged"),
        (_edited(b"    vertex", b"    vertez"), "damaged"),
        (_edited(b"facet normal", b"<script>", 3), "damaged"),
        (ascii_stl(box()) + b"what is this", "damaged"),
        (ascii_stl(box()).replace(b"solid", b"solid\0", 1), "not_stl"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    refused = refusal(data, ".stl")
    assert refused.code == code
    assert refused.message.endswith((".", "!"))


def test_a_lying_header_costs_nothing() -> None:
    assert refusal(b"\0" * 80 + b"\xff\xff\xff\xff" + b"\0" * 50, ".stl").code == "not_stl"


def test_unknown_endings_are_named() -> None:
    refused = refusal(binary_stl(box()), ".step")
    assert refused.code == "unsupported_format"
    assert ".stl, .obj, .3mf" in refused.message
