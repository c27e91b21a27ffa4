"""`python -m bench.cold_import`: what a cold start of the API function spends on imports.

Fresh processes, in turns: `import app` and, as a peer, the bare libraries under it, each with compiled
modules and as in a zip that `chalice package` makes (the standard library compiled, nothing else).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.report import machine, progress, table

ROOT = Path(__file__).parents[1]
ROUNDS = 9
SUBJECTS = {
    "`import app`": "import app",
    "peer: `import chalice, boto3, pydantic`": "import chalice, boto3, pydantic",
}
# Only the functions behind the queues may need these; the API imports numpy when a file must be looked at.
FORBIDDEN = ("numpy", "stl", "jinja2")
FIRST_MODEL = "from chalicelib import models3d"
_BEFORE = {FIRST_MODEL: "import app"}
_TOP = 12

_PROBE = """
import sys, time
{before}
started = time.process_time()
{statement}
took = time.process_time() - started
import json
print(json.dumps([1000 * took, len(sys.modules), [n for n in {names!r} if n in sys.modules]]))
"""


@dataclass(frozen=True)
class Import:
    """One import in a fresh process: milliseconds of CPU, modules loaded, and the forbidden among them."""

    took_ms: float
    modules: int
    forbidden: list[str]


def main() -> int:
    """Measure and print; 1 when the API imports what only other functions need."""
    with TemporaryDirectory() as folder:
        compiled, zipped = Path(folder) / "compiled", Path(folder) / "zipped"
        for statement in (*SUBJECTS.values(), FIRST_MODEL):
            _import(statement, compiled, write=True)
        shutil.copytree(compiled, zipped)
        _keep_only_standard_library(zipped)
        results: dict[tuple[str, str], list[Import]] = {}
        for number in range(ROUNDS):
            progress(f"cold import: round {number + 1} of {ROUNDS}")
            for statement in (*SUBJECTS.values(), FIRST_MODEL):
                for cache in (compiled, zipped):
                    results.setdefault((statement, cache.name), []).append(_import(statement, cache))
        by_module = _import_times(SUBJECTS["`import app`"], compiled)
    print(_report(results, by_module))
    return 1 if any(run.forbidden for run in results["import app", "compiled"]) else 0


def _environment(cache: Path, *, write: bool = False) -> dict[str, str]:
    """No settings of this shell, and compiled modules only from (and perhaps into) `cache`."""
    names = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(cache),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return names if write else names | {"PYTHONDONTWRITEBYTECODE": "1"}


def _import(statement: str, cache: Path, *, write: bool = False) -> Import:
    probe = _PROBE.format(before=_BEFORE.get(statement, ""), statement=statement, names=FORBIDDEN)
    command = [sys.executable, "-c", probe]
    output = subprocess.run(
        command, env=_environment(cache, write=write), capture_output=True, check=True, text=True
    )
    return Import(*json.loads(output.stdout.splitlines()[-1]))


def _keep_only_standard_library(cache: Path) -> None:
    """Forget the compiled form of what the zip brings: the project and everything installed."""
    for folder in list(cache.rglob("site-packages")):
        shutil.rmtree(folder)
    shutil.rmtree(cache.joinpath(*ROOT.parts[1:]))


def _import_times(statement: str, cache: Path) -> Counter[str]:
    """Microseconds that each module spent on itself, by -X importtime."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    output = subprocess.run(command, env=_environment(cache), capture_output=True, check=True, text=True)
    lines = re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", output.stderr, re.MULTILINE)
    times: Counter[str] = Counter()
    for microseconds, module in lines:
        times[module] += int(microseconds)
    return times


def _package(module: str) -> str:
    """The name under which a module is added up: ours by layer, others by distribution."""
    parts = module.split(".")
    if parts[0] == "chalicelib":
        return ".".join(parts[:2])
    return "standard library" if parts[0] in sys.stdlib_module_names else parts[0]


def _report(results: dict[tuple[str, str], list[Import]], by_module: Counter[str]) -> str:
    def ms(statement: str) -> list[str]:
        return [f"{median(run.took_ms for run in results[statement, c]):.0f}" for c in ("compiled", "zipped")]

    rows = [[name, *ms(s), results[s, "compiled"][0].modules] for name, s in SUBJECTS.items()]
    found = sorted({name for run in results["import app", "compiled"] for name in run.forbidden})
    verdict = (
        f"**It imports {', '.join(found)}.**" if found else f"It imports none of {', '.join(FORBIDDEN)}."
    )
    compiled, zipped = ms(FIRST_MODEL)
    return (
        f"## Cold import of the API function\n\n{machine()}; median of {ROUNDS} fresh processes each.\n\n"
        + table(["CPU ms", "compiled (.pyc)", "as zipped by chalice", "modules"], rows)
        + f"\n\n{verdict} The first `complete` of a process looks at a file: `chalicelib.models3d` with "
        f"numpy adds {compiled} ms ({zipped} ms as zipped).\n\n{_where(by_module)}\n"
    )


def _where(by_module: Counter[str]) -> str:
    packages: Counter[str] = Counter()
    for module, microseconds in by_module.items():
        packages[_package(module)] += microseconds
    return "\n\n".join(
        [
            "Where the time goes: own time of the modules, compiled, in one run with `-X importtime`, which "
            "itself slows imports.",
            table(["package", "ms"], [[name, f"{us / 1000:.1f}"] for name, us in packages.most_common(_TOP)]),
            table(
                ["module", "ms"], [[f"`{n}`", f"{us / 1000:.1f}"] for n, us in by_module.most_common(_TOP)]
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
