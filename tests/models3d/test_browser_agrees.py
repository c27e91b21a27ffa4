"""The form measures models in the browser before they are sent: it must say what the server will say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.models3d import Fit, MeshFacts, ModelRefused, facts, fit, load
from infra import samples
from infra.model_files import ascii_stl, binary_stl, obj, zipped
from infra.solids import Triangles, moved

from .shapes import CORE, PRODUCTION, RELATIONSHIPS, apart, box, sphere, thing, threemf

# How numpy says that it stopped reading; the reader finds out by itself.
pytestmark = pytest.mark.filterwarnings("ignore:string or file could not be read")

SCRIPT = Path(__file__).parents[1] / "frontend" / "measure_models.js"
VOLUMES = ((250, 210, 220), (360, 360, 360), (145, 145, 175), (40, 90, 20))
"""The same as in the script."""

COUNTS = ("format", "triangles", "bodies", "open_edges", "non_manifold_edges", "flipped_edges")
TRUTHS = ("watertight", "volume_reliable", "inside_out")
MOVED = 'transform="0 2 0 -1 0 0 0 0 1 10 0 5"'
MIRRORED = 'transform="-1 0 0 0 1 0 0 0 1 0 0 0"'


@pytest.fixture
def browser_measures(tmp_path: Path) -> Callable[[dict[str, bytes]], dict[str, Any]]:
    """What the browser's modules say about files, by name, all in one process."""
    here = Path(sys.executable).parent
    node = shutil.which("node", path=f"{here}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        pytest.skip("no Node.js")

    def measure(files: dict[str, bytes]) -> dict[str, Any]:
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        paths = [tmp_path / name for name in files]
        done = subprocess.run([node, SCRIPT, *paths], capture_output=True, text=True, check=True, timeout=120)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return dict(zip(files, lines, strict=True))

    return measure


def holed() -> Triangles:
    """A stand with some faces missing and some turned."""
    whole = samples.phone_stand()[:-9].copy()
    whole[:5] = whole[:5, ::-1]
    return whole


def package(model: str, **parts: str) -> bytes:
    """A 3MF whose root part is this text."""
    members = {"_rels/.rels": RELATIONSHIPS, "3D/3dmodel.model": model}
    members |= {f"3D/{name}.model": text for name, text in parts.items()}
    return zipped({name: text.encode() for name, text in members.items()})


def good_files() -> dict[str, bytes]:
    """Every sample in every format, and what each reader has to know besides."""
    gear = samples.spur_gear()
    polygons = (
        b"# quads\r\no box\r\nv 0 0 0\r\nv 2 0 0\r\nv 2 1 0\r\nv 0 1 0\r\nv 0 0 \\\r\n 3\r\nv 2 0 3 1 0 0\r\n"
    )
    polygons += b"v 2 1 3\r\nv 0 1 3\r\nf 4/1 3/2 2 1\r\nf -4//1 -3//2 -2//3 -1//4 # top\r\nf 1 2 6 5\r\n"
    polygons += b"f 2 3 7 6\r\nf 3 4 8 7\r\n  f 4 1 5 8\r\nl 1 2\r\n"
    components = thing(2, f'<components><component objectid="1" {MOVED}/></components>')
    wheel = f'<components><component p:path="/3D/wheel%20one.model" objectid="1" {MIRRORED}/></components>'
    other = f'<model unit="inch" xmlns="{CORE}"><resources>{thing(1)}</resources><build/></model>'
    prefixed = re.sub(
        r"<(/?)",
        r"<\1c:",
        f'<model><resources>{thing(1)}</resources><build><item objectid="1"/></build></model>',
    )
    files = {
        f"{name}{ending}": samples.sample_file(name, ending)
        for name in samples.SAMPLES
        if name not in ("ammonite", "lattice-cube", "terrain-tile")
        for ending in (".stl", ".obj", ".3mf")
    }
    return files | {
        "ammonite.stl": binary_stl(samples.ammonite(40_000)),
        "lattice-cube.3mf": samples.sample_file("lattice-cube", ".3mf"),
        "ascii.stl": ascii_stl(gear, "näme") + ascii_stl(moved(gear, 100, 0, 0)).replace(b"\n", b"\r\n"),
        "shouting.stl": ascii_stl(gear).upper(),
        "holed.stl": binary_stl(holed()),
        "inside-out.stl": binary_stl(sphere()[:, ::-1]),
        "touching.stl": binary_stl(np.concatenate((box(), moved(box(), 20, 20, 0)))),
        "apart.stl": binary_stl(apart(box(), sphere(), box(5, 5, 5))),
        "flat.stl": binary_stl(box(30, 30, 0.01)),
        "inches.stl": binary_stl(box(4, 2, 1)),
        "metres.obj": obj(box(0.2, 0.1, 0.05)),
        "centimetres.stl": binary_stl(box(9, 2, 1)),
        "polygons.obj": polygons,
        "prefixed.3mf": package(prefixed.replace("<c:model", f'<c:model xmlns:c="{CORE}"')),
        "components.3mf": threemf(thing(1) + components, f'<item objectid="2" {MOVED}/>', 'unit="inch"'),
        "parts.3mf": package(
            f'<model xmlns="{CORE}" xmlns:p="{PRODUCTION}"><resources>{thing(1, wheel)}</resources>'
            '<build><item objectid="1"/><item objectid="1" printable="0"/></build></model>',
            **{"wheel one": other},
        ),
    }


def bad_files() -> dict[str, bytes]:
    """One for each refusal that a browser may be certain of, and some more."""
    stl = samples.sample_file("spur-gear", ".stl")
    text = ascii_stl(samples.spur_gear())
    item = '<item objectid="1"/>'
    nan = np.full((20, 3, 3), np.nan, np.float32)
    return {
        "empty.stl": b"",
        "picture.stl": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "words.obj": b"Dear lab, please print my house. " * 60,
        "picture.obj": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "stl.3mf": stl,
        "cut.stl": stl[:-1000],
        "long.stl": stl + b"x" * 7,
        "cut-ascii.stl": text[: text.index(b"outer", 2000) + 3],
        "word-in-ascii.stl": text.replace(b"vertex", b"vertices", 1),
        "nan.stl": binary_stl(nan),
        "kilometres.stl": binary_stl(box() + np.float32(2e7)),
        "point.stl": binary_stl(np.zeros((20, 3, 3), np.float32)),
        "no-faces.stl": b"solid nothing\nendsolid nothing\n",
        "no-faces.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\n",
        "bad-index.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n",
        "letters.obj": b"v 0 zero 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
        "no-model.3mf": zipped({"word/document.xml": b"<w/>"}),
        "cut.3mf": samples.sample_file("spur-gear", ".3mf")[:-500],
        "dtd.3mf": package(f'<!DOCTYPE m [<!ENTITY a "b">]><model xmlns="{CORE}"><build/></model>'),
        "cycle.3mf": threemf(thing(1, '<components><component objectid="1"/></components>'), item),
        "unit.3mf": threemf(thing(1), item, 'unit="parsec"'),
        "missing-object.3mf": threemf(thing(1), '<item objectid="9"/>'),
        "climbing.3mf": zipped({"../../evil": b"x", "3D/3dmodel.model": b"<model/>"}),
        "bomb.3mf": zipped({"3D/3dmodel.model": b" " * (300 << 20)}),
        "unclosed.3mf": package(f'<model xmlns="{CORE}"><resources>{thing(1)}'),
    }


def test_the_same_facts(browser_measures: Callable[[dict[str, bytes]], dict[str, Any]]) -> None:
    files = good_files()
    for name, found in browser_measures(files).items():
        known = facts(load(files[name], Path(name).suffix))
        assert_same_facts(name, found["facts"], known)
        for volume, seen in zip(VOLUMES, found["fits"], strict=True):
            assert_same_fit(f"{name} in {volume}", seen, fit(known, volume))


def assert_same_facts(name: str, found: dict[str, Any], known: MeshFacts) -> None:
    """Counts exactly, sizes to a micrometre, sums as far as the server's float32 goes."""
    for field in COUNTS + TRUTHS:
        assert found[field] == getattr(known, field), f"{name}: {field}"
    assert found["size_mm"] == pytest.approx(known.size_mm, abs=1e-3, rel=1e-6), name
    assert found["volume_mm3"] == pytest.approx(known.volume_mm3, rel=1e-4, abs=1e-2), name
    assert found["area_mm2"] == pytest.approx(known.area_mm2, rel=1e-4), name
    unit = known.unit_suspicion
    assert found["unit_suspicion"] == (
        unit and {"unit": unit.unit, "size_mm": pytest.approx(unit.size_mm)}
    ), name


def assert_same_fit(name: str, found: dict[str, Any], known: Fit) -> None:
    """The way, the angle, and by how much it is too large."""
    assert (found["way"], found["angle"]) == (known.way, known.angle_degrees), name
    assert found["excess"] == pytest.approx(known.excess_mm, abs=0.011), name
    assert found["scale"] == pytest.approx(known.largest_scale, abs=1), name


def test_the_same_refusals(browser_measures: Callable[[dict[str, bytes]], dict[str, Any]]) -> None:
    files = bad_files()
    for name, found in browser_measures(files).items():
        with pytest.raises(ModelRefused) as refused:
            load(files[name], Path(name).suffix)
        assert found.get("refusal") == refused.value.code, name
        assert found["message"].endswith("."), name


def test_every_way_to_fit(browser_measures: Callable[[dict[str, bytes]], dict[str, Any]]) -> None:
    sizes = ((100, 100, 100), (205, 245, 10), (280, 30, 20), (20, 30, 240), (400, 50, 50), (4000, 500, 500))
    files = {f"{number}.stl": binary_stl(box(*size)) for number, size in enumerate(sizes)}
    found = [measured["fits"][0]["way"] for measured in browser_measures(files).values()]
    assert found == [fit(size, VOLUMES[0]).way for size in sizes]
    assert set(found) == {"upright", "turned", "diagonal", "lying", "none"}
