"""What `make setup` installs: pinned, complete, and from wherever this machine gets its packages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import vendor
from infra.local.functions import Functions

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def _pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\-\[\]]+)==(\S+)", (ROOT / name).read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_lock_files_name_no_place_to_download_from(name: str) -> None:
    text = (ROOT / name).read_text()
    assert '"resolved"' not in text
    assert not re.search(r"https?://(?!paulmillr\.com/funding/)", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text())
    packages = [block for block in blocks if not block.startswith("#")]
    assert packages
    assert all("==" in block.splitlines()[0] and "--hash=sha256:" in block for block in packages)


def test_development_runs_the_versions_that_aws_runs() -> None:
    runtime, development = (_pins(name) for name in LOCKS)
    assert {name: development.get(name) for name in runtime} == runtime


def test_pip_is_one_that_finds_the_right_chalice() -> None:
    major, minor = map(int, _pins("requirements.txt")["pip"].split(".")[:2])
    assert (major, minor) < (26, 3)
    assert _pins("requirements.txt")["chalice"] == "1.34.0"


def test_every_function_has_its_memory_and_time_declared(functions: Functions) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    assert config["manage_iam_role"] is False  # infra/deploy/permissions.py says what each may do
    declared = set(config["stages"]["prod"]["lambda_functions"])
    named = {trigger.function for trigger in functions.triggers()}
    named |= {schedule.function for schedule in functions.schedules()}
    assert declared == named | {"api_handler"}
    context = functions.context("analyse_model")
    assert (context.memory_limit_in_mb, context.timeout_s) == (2048, 300)
    assert 299_000 < context.get_remaining_time_in_millis() <= 300_000
    assert functions.context("api_handler").timeout_s == 29


def test_browser_libraries_bring_everything_that_they_import(tmp_path: Path) -> None:
    for folder in vendor.copy(ROOT / "node_modules", tmp_path / "vendor"):
        assert (folder / "LICENSE").exists()
        scripts = list(folder.rglob("*.js"))
        assert scripts
        for script in scripts:
            if script.name == "swagger-ui-bundle.js":  # the viewer of /docs: no module, and all in one
                continue
            assert script.with_suffix(".d.ts").exists()
            code = re.sub(r"/\*.*?\*/", "", script.read_text(), flags=re.DOTALL)
            for imported in re.findall(r"""\b(?:from|import)\s*["']([^"']+)["']""", code):
                assert imported.startswith("."), f"{script}: browsers cannot find {imported}"
                assert (script.parent / imported).resolve().exists(), f"{script}: {imported}"


def test_pages_import_only_libraries_that_are_there() -> None:
    pages = ROOT / "frontend_static"
    for script in (pages / "js").rglob("*.js"):
        for imported in re.findall(r"""from\s+["']([^"']*/vendor/[^"']+)["']""", script.read_text()):
            assert (script.parent / imported).resolve().exists(), f"{script}: {imported}"


def test_old_versions_of_libraries_go(tmp_path: Path) -> None:
    (tmp_path / "vendor" / "lit-html@1.0.0").mkdir(parents=True)
    vendor.copy(ROOT / "node_modules", tmp_path / "vendor")
    assert not (tmp_path / "vendor" / "lit-html@1.0.0").exists()


def test_a_missing_file_of_a_library_is_an_error(tmp_path: Path) -> None:
    for name in vendor.LIBRARIES:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "package.json").write_text('{"version": "1.0.0"}')
    with pytest.raises(FileNotFoundError, match="lit-html"):
        vendor.copy(tmp_path, tmp_path / "vendor")


def test_the_wrong_python_is_refused_with_a_hint(tmp_path: Path) -> None:
    result = subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), ".venv/bin/python", "PYTHON="],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in result.stdout + result.stderr
    assert sys.version_info[:2] in {(3, 11), (3, 12), (3, 13)}
