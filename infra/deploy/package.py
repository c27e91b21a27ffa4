"""`python -m infra.deploy.package`: build/package/ with deployment.zip and template.json, ready to deploy.

The functions run on the Python that packages (3.11 – 3.13), on machines of the architecture asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.deploy import archive, dependencies, stack

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "build" / "package"
CODE, TEMPLATE = "deployment.zip", "template.json"
_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"
_SOURCES = shutil.ignore_patterns("__pycache__", "*.pyc")


def package(target: Path = PACKAGE, architecture: str = "x86_64") -> None:
    """Make `target` hold the code and the template of the working tree."""
    shutil.rmtree(target, ignore_errors=True)
    write_template(target, architecture)
    code = target / "code"
    dependencies.install(ROOT / "requirements.txt", code, architecture)
    _copy_sources(code)
    archive.compile_all(code)
    archive.pack(code, target / CODE)
    shutil.rmtree(code)


def write_template(target: Path, architecture: str) -> None:
    """Write the template alone."""
    target.mkdir(parents=True, exist_ok=True)
    (target / TEMPLATE).write_text(json.dumps(template(architecture), indent=1))


def template(architecture: str = "x86_64") -> dict[str, Any]:
    """The template of the whole stack, with the code in the file beside it."""
    with tempfile.TemporaryDirectory() as project:
        return stack.merged(_packaged(Path(project)), architecture)


def _copy_sources(folder: Path) -> None:
    shutil.copyfile(ROOT / "app.py", folder / "app.py")
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=_SOURCES)


def _packaged(project: Path) -> dict[str, Any]:
    """What Chalice makes of app.py. The project lists no requirements: the code is packed by ourselves."""
    _copy_sources(project)
    (project / ".chalice").mkdir()
    shutil.copyfile(ROOT / ".chalice" / "config.json", project / ".chalice" / "config.json")
    (project / "requirements.txt").touch()
    theirs = ("AWS_", "PRINTLAB_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    # CloudFormation fills in the stage, so that one package serves all stages.
    environment |= {"AWS_DEFAULT_REGION": "us-east-1", "PRINTLAB_STAGE": "${Stage}"}
    subprocess.run(
        [sys.executable, "-c", _CHALICE, "package", "--stage", "prod", "sam"],
        cwd=project,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    found: dict[str, Any] = json.loads((project / "sam" / "sam.json").read_text())
    return found


def main(arguments: list[str]) -> int:
    """Package, and say how large it came out."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.package", description=__doc__)
    parser.add_argument("--architecture", choices=sorted(dependencies.MACHINES), default="x86_64")
    parser.add_argument("--target", type=Path, default=PACKAGE)
    parser.add_argument("--template-only", action="store_true", help="without the code, e.g. for cfn-lint")
    options = parser.parse_args(arguments)
    if options.template_only:
        write_template(options.target, options.architecture)
        return 0
    package(options.target, options.architecture)
    size = (options.target / CODE).stat().st_size
    python = "python{}.{}".format(*sys.version_info)
    print(f"{options.target / CODE}: {size / 1e6:.1f} MB for {python} on {options.architecture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
