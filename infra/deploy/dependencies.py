"""The libraries that Lambda runs, as they are on Lambda: pinned, checked by hash, for its kind of machine.

Chalice resolves by itself, takes no hashes, refuses newer wheels and may compile for this machine instead;
pip does what is asked of it. Lambda's Python is the one that packages: markers and .pyc are of one version.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

# What pip and ELF headers call the machines that Lambda offers.
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}

# What only the command line of Chalice uses. Of Chalice itself its run time is taken, see _CHALICE.
_TOOLS = {
    "ansicon", "blessed", "chalice", "click", "editor", "inquirer", "jinxed", "packaging", "pip", "pyyaml",
    "readchar", "runs", "setuptools", "wcwidth", "wheel", "xmod",
}  # fmt: skip
_CHALICE = ("chalice/__init__.py", "chalice/app.py")

# The AWS services that are called; botocore describes four hundred.
_SERVICES = {"dynamodb", "s3", "sesv2", "sqs", "ssm"}

# What no function ever imports.
_UNUSED = (
    "bin", "boto3/examples", "numpy/**/tests", "numpy/_core/include",
    "numpy/_pyinstaller", "numpy/distutils", "numpy/doc", "numpy/f2py", "numpy/random/_examples",
    "numpy/random/lib", "**/*.a", "**/*.c", "**/*.h", "**/*.pxd", "**/*.pyi", "**/*.pyx", "**/py.typed",
    "*.dist-info/RECORD", "*.dist-info/WHEEL", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json", "*.dist-info/top_level.txt", "*.dist-info/entry_points.txt",
)  # fmt: skip


def install(requirements: Path, target: Path, architecture: str) -> None:
    """Put what `requirements` pins into `target`, without what Lambda has no use for."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "requirements.txt"
        kept.write_text(_without_tools(requirements.read_text()))
        _pip_install(kept, target, architecture)
    _prune(target)
    _add_chalice(target)


def _pip_install(requirements: Path, target: Path, architecture: str) -> None:
    machine = MACHINES[architecture]
    platforms = [f"--platform=manylinux2014_{machine}", f"--platform=manylinux_2_17_{machine}"]
    version = f"--python-version={sys.version_info.major}.{sys.version_info.minor}"
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-compile",
            ),
            *(
                "--no-deps",
                "--require-hashes",
                "--only-binary=:all:",
                "--implementation=cp",
                version,
                *platforms,
            ),
            *("--target", target, "--requirement", requirements),
        ],
        check=True,
    )


def _without_tools(pinned: str) -> str:
    """The lines of a lock file without the blocks of the distributions in _TOOLS."""
    blocks = re.split(r"^(?=[a-z0-9])", pinned, flags=re.MULTILINE)
    return "".join(block for block in blocks if re.split(r"[^a-z0-9-]", block, maxsplit=1)[0] not in _TOOLS)


def _prune(target: Path) -> None:
    data = target / "botocore" / "data"
    descriptions = [folder for folder in data.iterdir() if folder.is_dir() and folder.name not in _SERVICES]
    for path in descriptions + [path for pattern in _UNUSED for path in target.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _add_chalice(target: Path) -> None:
    """Chalice is pure Python and installed here in the same version, by the same lock file."""
    chalice = metadata.distribution("chalice")
    for name in (*_CHALICE, f"chalice-{chalice.version}.dist-info/METADATA"):
        (target / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(Path(str(chalice.locate_file(name))), target / name)
