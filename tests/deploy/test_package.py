"""What is uploaded as the functions' code: complete, of the right machine, small, and the same each time."""

from __future__ import annotations

import importlib.util
import json
import struct
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.deploy import archive, package

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ZIPPED, UNZIPPED = 50_000_000, 250_000_000
ELF_MACHINES = {"x86_64": 62, "arm64": 183}
IMPORTED = """
import sys
sys.path[:0] = [{code!r}]
{statement}
assert not [m for m in sys.modules.values() if "site-packages" in str(getattr(m, "__file__", ""))]
print(*sorted(sys.modules))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package")
    package.package(target)
    return target


@pytest.fixture(scope="module")
def code(built: Path) -> Path:
    """The code as Lambda unpacks it."""
    with ZipFile(built / package.CODE) as packed:
        packed.extractall(built / "unpacked")
    return built / "unpacked"


def test_it_fits(built: Path, code: Path) -> None:
    assert (built / package.CODE).stat().st_size < ZIPPED
    assert sum(path.stat().st_size for path in code.rglob("*") if path.is_file()) < UNZIPPED


def test_it_holds_the_application_and_no_tools(code: Path) -> None:
    names = {path.name for path in code.iterdir()}
    assert {"app.py", "chalicelib", "chalice", "boto3", "numpy", "pydantic", "pynamodb", "jinja2"} <= names
    assert not names & {"agent", "opener", "infra", "tests", "pip", "setuptools", "click", "yaml", "bin"}
    assert {path.name for path in (code / "chalice").glob("*.py")} == {"__init__.py", "app.py"}
    assert not list(code.glob("**/tests"))
    services = {path.name for path in (code / "botocore" / "data").iterdir() if path.is_dir()}
    assert services == {"dynamodb", "s3", "sesv2", "sqs", "ssm"}
    sources = {path.relative_to(package.ROOT) for path in (package.ROOT / "chalicelib").rglob("*.*")}
    packed = {path.relative_to(code) for path in (code / "chalicelib").rglob("*.*")}
    assert {path for path in sources ^ packed if path.suffix != ".pyc"} == set()


def test_every_shared_library_is_of_the_machine(code: Path) -> None:
    _assert_machine(code, "x86_64", "x86_64")


def test_it_is_made_for_arm_as_well(tmp_path: Path) -> None:
    package.package(tmp_path, "arm64")
    with ZipFile(tmp_path / package.CODE) as packed:
        packed.extractall(tmp_path / "unpacked")
    _assert_machine(tmp_path / "unpacked", "arm64", "aarch64")
    whole = json.loads((tmp_path / package.TEMPLATE).read_text())
    functions = [each for each in whole["Resources"].values() if each["Type"] == "AWS::Serverless::Function"]
    assert {each["Properties"]["Architectures"][0] for each in functions} == {"arm64"}


def _assert_machine(code: Path, architecture: str, wheels: str) -> None:
    libraries = [path for path in code.rglob("*") if ".so" in path.suffixes]
    assert len(libraries) > 10
    for library in libraries:
        head = library.read_bytes()[:20]
        assert head[:5] == b"\x7fELF\x02", library.name
        assert struct.unpack_from("<H", head, 18)[0] == ELF_MACHINES[architecture], library.name
        assert (
            "cpython-" not in library.name
            or f"cpython-{sys.version_info[0]}{sys.version_info[1]}-{wheels}" in (library.name)
        )


def test_every_module_is_compiled_and_believed(code: Path) -> None:
    for source in code.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        head = compiled.read_bytes()[:8]
        assert head[:4] == importlib.util.MAGIC_NUMBER
        assert struct.unpack_from("<I", head, 4)[0] == 0b01, "an unchecked hash"


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import app", {"numpy", "jinja2", "xlsxwriter", "stl"}),
        ("from chalicelib.services import mailing", {"numpy"}),
        ("from chalicelib.services import analysis; from chalicelib import models3d", {"jinja2"}),
        ("from chalicelib.services import workbook; import xlsxwriter", {"numpy"}),
        (
            "from chalicelib.services import submissions, candidates, trail, figures, retention, auditing",
            set(),
        ),
    ],
)
def test_it_runs_on_nothing_but_itself(code: Path, statement: str, absent: set[str]) -> None:
    """In a Python without site-packages, as on Lambda; the API starts without the libraries of other work."""
    script = IMPORTED.format(code=str(code), statement=statement)
    environment = {"AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert not absent & set(done.stdout.split())


def test_the_same_input_gives_the_same_bytes(built: Path, code: Path, tmp_path: Path) -> None:
    again = tmp_path / "code"
    with ZipFile(built / package.CODE) as packed:
        packed.extractall(again)
    for cache in list(again.rglob("__pycache__")):
        for file in cache.iterdir():
            file.unlink()
        cache.rmdir()
    archive.compile_all(again)
    archive.pack(again, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (built / package.CODE).read_bytes()
