"""Models like those that students send, made by formula: for the local cloud, the demo, tests and benchmarks.

Every function returns closed, outward-facing triangles (n, 3, 3) in millimetres that stand on z = 0, and
always the same ones. `python -m infra.samples FOLDER` writes them as files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from infra.model_files import ascii_stl, binary_stl, encode, obj, threemf
from infra.polygons import circle, gear_outline, keyed_bore, rounded_box, thick_line
from infra.solids import (
    TAU,
    Points,
    Triangles,
    ball,
    cap,
    fan,
    joined,
    moved,
    on_bed,
    prism,
    sheet,
    tube,
    wall,
)

__all__ = [
    "LARGEST_STL",
    "SAMPLES",
    "ammonite",
    "ascii_stl",
    "binary_stl",
    "lattice_cube",
    "mounting_plate",
    "obj",
    "phone_stand",
    "sample_file",
    "spur_gear",
    "terrain_tile",
    "threemf",
    "torus_knot",
    "twisted_vase",
]

LARGEST_STL = 1_048_574
"""Triangles of the largest binary STL under 50 MiB."""


def spur_gear(teeth: int = 24, module: float = 2.5, thickness: float = 12.0) -> Triangles:
    """A gear with a hub, a keyed bore and five lightening holes in a thinner web."""
    radius = teeth * module / 2
    outline, rim, hub = gear_outline(teeth, module), circle(0.8 * radius, 120), circle(9.0, 60)
    bore = keyed_bore(radius=4.0, key=3.0, depth=5.6)
    holes = [circle(4.6, 32, 0.55 * radius * np.exp(1j * TAU * k / 5)) for k in range(5)]
    recess = 0.3 * thickness
    parts = [wall(outline, 0, thickness), wall(bore[::-1], 0, thickness)]
    parts += [wall(hole[::-1], recess, thickness - recess) for hole in holes]
    for face, web, up in ((0.0, recess, False), (thickness, thickness - recess, True)):
        parts += [cap(outline, [rim], face, up=up), cap(hub, [bore], face, up=up)]
        parts += [cap(rim, [hub, *holes], web, up=up)]
        low, high = sorted((face, web))
        parts += [wall(rim[::-1], low, high), wall(hub, low, high)]
    return joined(parts)


def mounting_plate() -> Triangles:
    """A plate with rounded corners, four screw holes, two slots and a raised bearing seat."""
    plate = rounded_box(90, 60, 8)
    screws = [circle(2.75, 32, complex(x, y)) for x in (-37, 37) for y in (-22, 22)]
    slots = [rounded_box(5, 24, 2.5) + x for x in (-29, 29)]
    seat, bearing, shaft = circle(18.0, 96), circle(13.0, 96), circle(6.5, 64)
    through = [*screws, *slots]
    parts = [wall(plate, 0, 6), cap(plate, [*through, shaft], 0, up=False), cap(plate, [*through, seat], 6)]
    parts += [wall(hole[::-1], 0, 6) for hole in through]
    parts += [wall(seat, 6, 16), cap(seat, [bearing], 16), wall(bearing[::-1], 5, 16)]
    parts += [cap(bearing, [shaft], 5), wall(shaft[::-1], 0, 5)]
    return joined(parts)


def phone_stand(width: float = 72.0) -> Triangles:
    """A one-piece stand: a bent strip drawn from the side, extruded across."""
    path = np.array([1 + 24j, 6 + 8j, 12 + 5j, 27 + 13j, 54 + 96j, 62 + 96j, 92 + 6j, 88 + 2j, 24 + 2j])
    side = prism(thick_line(path, 4.0), width)
    return on_bed(side[:, :, [2, 0, 1]])


def twisted_vase(sides: int = 240, layers: int = 180, height: float = 130.0, skin: float = 2.4) -> Triangles:
    """A lobed vase that turns as it rises, with a real wall and floor."""

    def surface(offset: float, floor: float) -> Points:
        z = np.linspace(floor, height, layers)[:, None]
        angle = np.linspace(0, TAU, sides, endpoint=False)[None, :]
        part = z / height
        belly = 26 + 15 * np.sin(np.pi * (0.12 + 0.95 * part)) + 6 * part**3
        radius = belly * (1 + 0.09 * np.cos(7 * (angle + 1.1 * part))) - offset
        return np.stack((radius * np.cos(angle), radius * np.sin(angle), z + 0 * angle), axis=-1)

    outer, inner = surface(0, 0), surface(skin, skin)
    parts = [sheet(outer, wrap_v=True), sheet(inner[:, ::-1], wrap_v=True)]
    parts += [sheet(np.stack((outer[-1], inner[-1])), wrap_v=True)]
    parts += [fan(outer[0][::-1], (0, 0, 0)), fan(inner[0], (0, 0, skin))]
    return joined(parts)


def torus_knot(p: int = 2, q: int = 3, along: int = 600, around: int = 48) -> Triangles:
    """A tube along the (p, q) torus knot."""
    t = np.linspace(0, TAU, along, endpoint=False)
    radius = 26 + 12 * np.cos(q * t)
    line = np.stack((radius * np.cos(p * t), radius * np.sin(p * t), -14 * np.sin(q * t)), axis=-1)
    return on_bed(sheet(tube(line, np.full(along, 6.5), around), wrap_u=True, wrap_v=True))


def terrain_tile(cells: int = 160, size: float = 120.0) -> Triangles:
    """A landscape: two hills of random relief and a river between them, on a flat base."""
    u = np.linspace(-1, 1, cells + 1)
    x, y = np.meshgrid(u, u, indexing="ij")
    hills = 24 * np.exp(-4 * ((x - 0.4) ** 2 + (y - 0.4) ** 2))
    hills += 13 * np.exp(-6 * ((x + 0.6) ** 2 + (y - 0.3) ** 2))
    ground = hills * (0.6 + 0.7 * _noise(cells, 5)) + 9 * _noise(cells, 9)
    ground += 3.5 * _noise(cells, 21) + 1.2 * _noise(cells, 48)
    river = np.exp(-(((y + 0.35 * np.sin(2.6 * x) + 0.45) / 0.13) ** 2))
    top = 6 + (ground - ground.min()) * (1 - 0.92 * river)
    surface = np.stack((x * size / 2, y * size / 2, top), axis=-1)
    edge = np.concatenate((surface[:-1, 0], surface[-1, :-1], surface[:0:-1, -1], surface[0, :0:-1]))
    base = edge * [1, 1, 0]
    sides = sheet(np.stack((base, edge)), wrap_v=True)
    return joined([sheet(surface.transpose(1, 0, 2)), sides, fan(base[::-1], (0, 0, 0))])


def lattice_cube(cells: int = 3, pitch: float = 14.0, strut: float = 1.5, node: float = 2.4) -> Triangles:
    """Crossing struts with balls at the nodes: many overlapping bodies, as CAD assemblies export them."""
    steps = [float(step) for step in np.arange(cells + 1) * pitch]
    knob, bar = ball(node, 16), prism(circle(strut, 12), cells * pitch)
    parts: list[Triangles] = []
    for a in steps:
        for b in steps:
            parts += [
                moved(bar, a, b, 0),
                moved(bar[:, :, [2, 0, 1]], 0, a, b),
                moved(bar[:, :, [1, 2, 0]], b, 0, a),
            ]
            parts += [moved(knob, a, b, c) for c in steps]
    return on_bed(joined(parts))


def ammonite(triangles: int = LARGEST_STL) -> Triangles:
    """A ribbed spiral shell of nearly, and never more than, this many triangles: the fine sculpture."""
    around = max(int(np.sqrt(triangles / 18)), 8)
    along = (triangles - 2 * around) // (2 * around) + 1
    turn = np.linspace(0, 3.15 * TAU, along)
    growth = np.exp(0.155 * (turn - turn[-1]))
    ribs = 1 + 0.055 * np.sin(11 * turn + 2.2 * np.sin(turn)) + 0.012 * np.sin(47 * turn)
    line = np.stack((34 * growth * np.cos(turn), 0 * turn, 34 * growth * np.sin(turn)), axis=-1)
    shell = tube(line, 17.5 * growth * ribs, around, flatten=0.8)
    ends = [fan(shell[0][::-1], line[0]), fan(shell[-1], line[-1])]
    return on_bed(joined([sheet(shell, wrap_v=True), *ends]))


SAMPLES: dict[str, Callable[[], Triangles]] = {
    "spur-gear": spur_gear,
    "mounting-plate": mounting_plate,
    "phone-stand": phone_stand,
    "twisted-vase": twisted_vase,
    "torus-knot": torus_knot,
    "terrain-tile": terrain_tile,
    "lattice-cube": lattice_cube,
    "ammonite": ammonite,
}


def sample_file(name: str, extension: str) -> bytes:
    """A sample of `SAMPLES` as the bytes of a ".stl" (binary), ".ascii.stl", ".obj" or ".3mf" file."""
    return encode(SAMPLES[name](), extension, name)


def _noise(cells: int, waves: int) -> Points:
    """Smooth random heights from 0 to 1 on a grid of (cells + 1)² points, always the same ones."""
    values = np.random.default_rng(waves).random((waves + 2, waves + 2))
    place = np.linspace(0, waves, cells + 1)
    at = place.astype(int)
    part = place - at
    part = part * part * (3 - 2 * part)
    rows = values[at] * (1 - part[:, None]) + values[at + 1] * part[:, None]
    heights: Points = rows[:, at] * (1 - part) + rows[:, at + 1] * part
    return heights


def main(folder: Path) -> None:
    """Write every sample as binary STL, OBJ and 3MF; the sculpture as STL only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SAMPLES:
        for extension in (".stl",) if name == "ammonite" else (".stl", ".obj", ".3mf"):
            path = folder / f"{name}{extension}"
            path.write_bytes(sample_file(name, extension))
            print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "samples"))
