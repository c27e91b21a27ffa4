from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.models3d import Mesh, thumbnail
from chalicelib.models3d.mesh import checked_mesh
from chalicelib.models3d.picture.camera import DISTANCE, Camera
from chalicelib.models3d.picture.raster import draw
from infra.samples import SAMPLES, phone_stand, torus_knot
from infra.solids import Triangles, prism

from .shapes import apart, box, sphere

SIDE = 512


def mesh_of(triangles: Triangles) -> Mesh:
    return checked_mesh(np.ascontiguousarray(triangles), "test")


def pixels(picture: bytes) -> NDArray[np.uint8]:
    """RGBA of a PNG whose rows are all filtered by "up", with every chunk's checksum verified."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(picture):
        (size,) = struct.unpack_from(">I", picture, at)
        kind, body = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", picture, at + 8 + size)[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        at += size + 12
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert chunks[b"IHDR"] == struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(SIDE, 4 * SIDE + 1)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(SIDE, SIDE, 4)


def opaque(triangles: Triangles, colour: str | None = None) -> NDArray[np.bool_]:
    picture = pixels(thumbnail(mesh_of(triangles), colour))
    return np.equal(picture[:, :, 3], 255)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "ammonite"])
def test_samples_fill_their_pictures(name: str) -> None:
    seen = opaque(SAMPLES[name]())
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    longest = max(np.ptp(rows), np.ptp(columns)) + 1
    assert longest == pytest.approx(0.84 * SIDE, abs=3)
    for place in (rows, columns):
        assert place[0] + place[-1] == pytest.approx(SIDE, abs=4)


def test_a_ball_covers_a_disc() -> None:
    assert opaque(sphere(10, 64)).sum() == pytest.approx(np.pi * (0.42 * SIDE) ** 2, rel=0.01)


def test_the_same_model_gives_the_same_bytes() -> None:
    assert thumbnail(mesh_of(phone_stand())) == thumbnail(mesh_of(phone_stand()))


@pytest.mark.parametrize("colour", ["#1d4fa0", "b01622", "#F2C400", "#00aa33"])
def test_the_colour_is_that_of_the_filament(colour: str) -> None:
    picture = pixels(thumbnail(mesh_of(torus_knot()), colour)).astype(int)
    mean = picture[picture[:, :, 3] == 255][:, :3].mean(axis=0)
    wanted = np.array(list(bytes.fromhex(colour.removeprefix("#"))))
    assert mean.argmax() == wanted.argmax()
    assert mean.argmin() == wanted.argmin()


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#808080"])
def test_shapes_are_modelled_even_in_black_and_white(colour: str) -> None:
    picture = pixels(thumbnail(mesh_of(torus_knot()), colour)).astype(int)
    tones = picture[picture[:, :, 3] == 255][:, 0]
    assert np.ptp(np.percentile(tones, [5, 95])) > 20
    assert 8 < np.median(tones) < 247


@pytest.mark.parametrize("colour", ["orange", "#12345", "#gg0000", "", "#1234567"])
def test_other_colours_are_refused_or_default(colour: str) -> None:
    if colour:
        with pytest.raises(ValueError, match="not a colour"):
            thumbnail(mesh_of(box()), colour)
    else:
        assert thumbnail(mesh_of(box()), colour) == thumbnail(mesh_of(box()), None)


def test_the_shadow_is_soft_black_and_outside_of_the_model() -> None:
    picture = pixels(thumbnail(mesh_of(box())))
    shadow = (picture[:, :, 3] > 0) & (picture[:, :, 3] < 250) & (picture[:, :, :3].max(axis=2) == 0)
    assert shadow.sum() > 5_000
    assert picture[[0, -1], :, 3].max() == picture[:, [0, -1], 3].max() == 0


def test_faces_get_different_light() -> None:
    picture = pixels(thumbnail(mesh_of(box())))
    tones = np.unique(picture[picture[:, :, 3] == 255][:, 0] // 16, return_counts=True)[1]
    assert (tones > 3_000).sum() >= 3


@pytest.mark.parametrize(
    "triangles",
    [
        box(200, 150, 0.4),
        box(4, 4, 300),
        box(300, 0.4, 60),
        box(0.08, 0.05, 0.02),
        box(5000, 3000, 900),
        box() + np.float32(1e6),
        prism(0.2 * np.exp(2j * np.pi * np.arange(8) / 8), 100)[:, :, [2, 0, 1]],
        np.array([[[0, 0, 0], [30, 0, 0], [0, 20, 0]]], np.float32),
        np.array([[[0, 0, 0], [0, 0, 0], [0, 0, 20]]], np.float32),
        apart(*[box(1, 1, 1)] * 9),
        box()[:, ::-1],
        box()[3:],
    ],
)
def test_odd_shapes_are_drawn_without_complaint(triangles: Triangles) -> None:
    with np.errstate(all="raise", under="ignore"):
        pixels(thumbnail(mesh_of(triangles)))


def cast_rays(mesh: Mesh, camera: Camera, side: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Hit and nearness per pixel by intersecting each ray with each triangle (Möller and Trumbore, 1997)."""
    steps = np.arange(side, dtype=np.float32) + np.float32(0.5)
    x, y = np.meshgrid(steps, steps)
    eye = np.array([0, 0, float(DISTANCE)])
    through = camera.from_picture(x.ravel(), y.ravel(), np.ones(side * side, np.float32)).T.astype(float)
    rays = through - eye
    a, b, c = (camera.to_view(mesh.triangles[:, corner].T).T.astype(float) for corner in range(3))
    nearness: NDArray[np.float64] = np.zeros(side * side)
    for corner, e, f in zip(a, b - a, c - a, strict=True):
        p = np.cross(rays, f)
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = 1 / (p @ e)
            s = eye - corner
            u = (p @ s) * scale
            v = (rays @ np.cross(s, e)) * scale
            t = (f @ np.cross(s, e)) * scale
            hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)
        nearness = np.where(hit & (1 / t > nearness), 1 / t, nearness)
    return (nearness > 0).reshape(side, side), nearness.reshape(side, side)


@pytest.mark.parametrize(
    "triangles",
    [sphere(10, 12), box(200, 150, 0.4), phone_stand(), torus_knot(along=60, around=8), box(30, 4, 90)],
)
def test_the_rasteriser_agrees_with_ray_casting(triangles: Triangles) -> None:
    side = 128
    mesh = mesh_of(triangles)
    camera = Camera(mesh, side)
    visible = draw(camera.project(mesh), side)
    covered, nearness = cast_rays(mesh, camera, side)
    assert np.count_nonzero((visible.nearness > 0) != covered) <= covered.sum() * 0.002 + 1
    both = covered & (visible.nearness > 0)
    assert np.quantile(np.abs(visible.nearness - nearness)[both], 0.99) < 1e-4


def test_drawing_too_much_is_cut_short() -> None:
    """Triangles that each fill the picture: every n-th is drawn, and it still shows the whole shape."""
    stack = np.repeat(box(), 5_000, axis=0)
    assert np.count_nonzero(opaque(stack) != opaque(box())) < 200
