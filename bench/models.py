"""`python -m bench.models`: facts and picture of a model against trimesh and matplotlib, side by side.

Each subject runs in fresh processes, in turns with the others, on the same binary STL files. Its seconds are
processor time of the work alone, without imports (other programs on the machine hardly disturb it, and no
subject uses more than one thread); its memory is the peak of the process with Python and libraries.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.report import machine, progress, table
from infra.model_files import binary_stl
from infra.samples import LARGEST_STL, ammonite

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 10_000, 100_000, LARGEST_STL)
ROUNDS = 3
LEAST_PICTURE_RATIO, LEAST_FACTS_RATIO, MOST_MEGABYTES = 8.0, 10.0, 200.0

Work = Callable[[], object]


def our_facts(path: Path) -> Work:
    """Read, check and measure."""
    from chalicelib.models3d import facts, load

    return lambda: facts(load(path.read_bytes(), ".stl"))


def trimesh_facts(path: Path) -> Work:
    """The same facts from trimesh: less degenerate faces and the separate counts of edges, which it lacks."""
    import trimesh

    def measure() -> object:
        mesh = trimesh.load_mesh(path)
        sizes = (mesh.extents, mesh.volume, mesh.area, len(mesh.faces))
        return sizes, mesh.is_watertight, mesh.is_winding_consistent, mesh.body_count

    return measure


def our_picture(path: Path) -> Work:
    """A PNG of 512 × 512, with shadow and outlines, from triangles in memory."""
    from chalicelib.models3d import load, thumbnail

    mesh = load(path.read_bytes(), ".stl")
    return lambda: thumbnail(mesh)


def matplotlib_picture(path: Path) -> Work:
    """A PNG of 512 × 512 by mplot3d with its own shading, from triangles in memory."""
    import io

    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

    from chalicelib.models3d import load

    mesh = load(path.read_bytes(), ".stl")

    def draw() -> object:
        figure = pyplot.figure(figsize=(5.12, 5.12), dpi=100)
        axes = figure.add_subplot(projection="3d")
        axes.add_collection3d(Poly3DCollection(mesh.triangles, facecolors="#e87722", shade=True))
        axes.set(xlim=(mesh.low[0], mesh.high[0]), ylim=(mesh.low[1], mesh.high[1]))
        axes.set(zlim=(mesh.low[2], mesh.high[2]))
        axes.set_axis_off()
        file = io.BytesIO()
        figure.savefig(file, format="png")
        pyplot.close(figure)
        return file.getvalue()

    return draw


def whole_command(path: Path) -> Work:
    """What `python -m chalicelib.models3d FILE -o PICTURE` does, once."""
    from chalicelib.models3d.__main__ import main

    return lambda: main([str(path), "-o", str(path.with_suffix(".png"))])


SUBJECTS: dict[str, Callable[[Path], Work]] = {
    work.__name__: work for work in (our_facts, trimesh_facts, our_picture, matplotlib_picture, whole_command)
}


@dataclass(frozen=True)
class Run:
    """One process: processor seconds of the work, seconds on the clock for all of it, and its peak memory."""

    work: float
    process: float
    megabytes: float


def main() -> int:
    """Measure and print; 1 when a budget at the largest size is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--probe", nargs=2, metavar=("SUBJECT", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        return _probe(options.probe[0], Path(options.probe[1]))
    results: dict[tuple[int, str], list[Run]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        for size in options.sizes:
            path = Path(folder) / f"{size}.stl"
            path.write_bytes(binary_stl(ammonite(size)))
            for number in range(options.rounds):
                progress(f"{size:,} triangles, round {number + 1} of {options.rounds}")
                for subject in SUBJECTS:
                    results[size, subject].append(_run(subject, path))
    print(_report(results, options.sizes))
    return 0 if all(_within_budget(results, max(options.sizes)).values()) else 1


def _probe(subject: str, path: Path) -> int:
    """In the fresh process: prepare, do the work a few times, tell the median and the peak."""
    work = SUBJECTS[subject](path)
    took = []
    sys.stdout, stdout = sys.stderr, sys.stdout
    for _ in range(1 if subject == "whole_command" else 3):
        started = time.process_time()
        work()
        took.append(time.process_time() - started)
    print(json.dumps([median(took), _peak_megabytes()]), file=stdout)
    return 0


def _peak_megabytes() -> float:
    """Linux's own count. getrusage would also show the parent's peak, from before the new program began."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _run(subject: str, path: Path) -> Run:
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.models", "--probe", subject, str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    work, megabytes = json.loads(done.stdout)
    return Run(work, time.perf_counter() - started, megabytes)


def _work(runs: list[Run]) -> float:
    return median(run.work for run in runs)


def _ratio(results: dict[tuple[int, str], list[Run]], size: int, theirs: str, ours: str) -> float:
    """How many times longer theirs takes: the median of the rounds, each a comparison within one moment."""
    pairs = zip(results[size, theirs], results[size, ours], strict=True)
    return median(their.work / our.work for their, our in pairs)


def _within_budget(results: dict[tuple[int, str], list[Run]], size: int) -> dict[str, bool]:
    megabytes = median(run.megabytes for run in results[size, "whole_command"])
    picture = _ratio(results, size, "matplotlib_picture", "our_picture")
    facts = _ratio(results, size, "trimesh_facts", "our_facts")
    return {
        f"picture {picture:.1f} × faster than matplotlib (at least {LEAST_PICTURE_RATIO:.0f})": (
            picture >= LEAST_PICTURE_RATIO
        ),
        f"facts {facts:.1f} × faster than trimesh (at least {LEAST_FACTS_RATIO:.0f})": facts
        >= LEAST_FACTS_RATIO,
        f"whole process {megabytes:.0f} MB (at most {MOST_MEGABYTES:.0f})": megabytes <= MOST_MEGABYTES,
    }


def _report(results: dict[tuple[int, str], list[Run]], sizes: list[int]) -> str:
    def seconds(size: int, subject: str) -> str:
        runs = results[size, subject]
        return f"{_work(runs):.3f} s, {median(run.megabytes for run in runs):.0f} MB"

    rows = [
        [
            f"{size:,}",
            seconds(size, "our_picture"),
            seconds(size, "matplotlib_picture"),
            f"{_ratio(results, size, 'matplotlib_picture', 'our_picture'):.1f} ×",
            seconds(size, "our_facts"),
            seconds(size, "trimesh_facts"),
            f"{_ratio(results, size, 'trimesh_facts', 'our_facts'):.1f} ×",
            f"{median(run.process for run in results[size, 'whole_command']):.2f} s, "
            f"{median(run.megabytes for run in results[size, 'whole_command']):.0f} MB",
        ]
        for size in sizes
    ]
    head = ["triangles", "picture", "matplotlib", "ratio", "facts", "trimesh", "ratio", "whole process"]
    budgets = [
        f"- {'kept' if kept else '**MISSED**'}: {text}"
        for text, kept in _within_budget(results, max(sizes)).items()
    ]
    return (
        f"## Models: picture and facts\n\n{machine()}; {_versions()}. Median of "
        f"{len(results[sizes[0], 'our_facts'])} fresh processes each, in turns: processor time of the work "
        "and peak memory of the process. The whole process is Python's start, imports, reading, facts and "
        "picture, by the clock. matplotlib's picture has neither shadows nor outlines, and sorts whole "
        "triangles by depth, so that large ones hide each other wrongly.\n\n"
        + table(head, rows, right=0)
        + "\n\n"
        + "\n".join(budgets)
        + "\n"
    )


def _versions() -> str:
    names = ("numpy", "matplotlib", "trimesh", "scipy", "networkx")
    return ", ".join(f"{name} {_version(name)}" for name in names)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


if __name__ == "__main__":
    sys.exit(main())
