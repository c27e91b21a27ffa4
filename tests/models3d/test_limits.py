"""What the largest and the worst files cost: peak memory, counted in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from infra.model_files import encode
from infra.samples import LARGEST_STL, ammonite, sample_file

from .shapes import threemf

ROOT = Path(__file__).parents[2]
FULL = 50 << 20
PROGRAM = """
import sys
from chalicelib.models3d.__main__ import main
status = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, file=sys.stderr)
sys.exit(status)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own count")


def run(path: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """The command on a file, and the megabytes it used at most."""
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(path), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done, int(done.stderr.split()[-1])


def test_facts_and_picture_of_a_million_triangles(tmp_path: Path) -> None:
    path, picture = tmp_path / "ammonite.stl", tmp_path / "ammonite.png"
    path.write_bytes(sample_file("ammonite", ".stl"))
    assert FULL - 100_000 < path.stat().st_size < FULL
    done, megabytes = run(path, "-o", str(picture))
    known = json.loads(done.stdout)
    assert known["triangles"] == pytest.approx(LARGEST_STL, rel=1e-3)
    assert known["watertight"]
    assert known["bodies"] == 1
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert megabytes <= 200


ELEMENTS = "".join(f"<a>{n * 7919 % 99_991}</a>" for n in range(20_000))
"""Longer than the window in which a zip finds repetitions: it looks like any other XML."""

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "one face of 25 million corners": (".obj", lambda: b"v 0 0 0\nf" + b" 1" * (FULL // 2 - 10)),
    "millions of faces": (".obj", lambda: b"v 0 0 0\nv 1 0 0\nv 0 1 0\n" + b"f 1 2 3\n" * (FULL // 8 - 9)),
    "25 million comments": (".obj", lambda: b"v 0 0 0\n" + b"#\n" * (FULL // 2 - 9)),
    "25 million continuations": (".obj", lambda: b"v 0 0 0\n" + b"\\\n" * (FULL // 2 - 9)),
    "8 million solids": (".stl", lambda: b"solid\n" * (FULL // 6)),
    "5 million facets without corners": (".stl", lambda: b"solid\n" + b"endfacet\n" * (FULL // 9 - 9)),
    "junk": (".stl", lambda: np.random.default_rng(0).bytes(FULL)),
    "millions of elements": (".3mf", lambda: threemf(ELEMENTS * 80, "")),
    "a hundred thousand objects": (
        ".3mf",
        lambda: threemf("".join(f'<object id="{n}"/>' for n in range(100_000)), ""),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_within_bounds(name: str, tmp_path: Path) -> None:
    extension, make = HOSTILE[name]
    path = tmp_path / f"hostile{extension}"
    path.write_bytes(make())
    done, megabytes = run(path)
    assert done.returncode == 1
    assert json.loads(done.stderr.splitlines()[0])["error"]
    assert megabytes < 600


def test_unordered_triangles_that_share_nothing(tmp_path: Path) -> None:
    """The worst case for matching corners: all of them distinct, neighbours nowhere near."""
    path = tmp_path / "soup.stl"
    path.write_bytes(encode(np.random.default_rng(0).random((LARGEST_STL, 3, 3), np.float32) * 100, ".stl"))
    done, megabytes = run(path, "-o", str(tmp_path / "soup.png"))
    assert json.loads(done.stdout)["bodies"] == pytest.approx(LARGEST_STL, rel=0.01)
    assert megabytes < 600


def test_the_sculpture_never_exceeds_its_limit() -> None:
    for wanted in (1_000, 12_345, 100_000):
        assert 0.9 * wanted < len(ammonite(wanted)) <= wanted
