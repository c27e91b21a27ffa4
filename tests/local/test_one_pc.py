"""What runs PrintLab on one PC: its settings file, the version of its data, and the files to install."""

from __future__ import annotations

import configparser
import re
import shlex
import sys
from pathlib import Path

import pytest

from chalicelib import config
from infra.local import data_format, settings_file
from infra.local.__main__ import _options
from infra.local.settings_file import Unusable

ROOT = Path(__file__).parents[2]
ONE_PC = ROOT / "infra" / "one_pc"


def written(path: Path, text: str, mode: int = 0o640) -> Path:
    """A file."""
    path.write_text(text)
    path.chmod(mode)
    return path


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    text = "# mail\n\nPRINTLAB_SMTP_HOST=mail.example.edu\n"
    text += 'PRINTLAB_SMTP_PASSWORD=a=b "c" #d\nDURABLE=1\nPRINTLAB_BACKUPS=\n'
    assert settings_file.read(written(tmp_path / "printlab.env", text)) == {
        "PRINTLAB_SMTP_HOST": "mail.example.edu",
        "PRINTLAB_SMTP_PASSWORD": 'a=b "c" #d',
        "DURABLE": "1",
    }


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("PRINTLAB_SMTP_HOST=x\nexport A=b\n", 0o600, "line 2"),
        ("LD_PRELOAD=/tmp/x.so\n", 0o600, "line 1"),
        (
            "# mail\nPRINTLAB_SMPT_HOST=x\n",
            0o600,
            "line 2: PRINTLAB_SMPT_HOST is no setting.*PRINTLAB_SMTP_HOST",
        ),
        ("PRINTLAB_SMTP_STARTTSL=\n", 0o600, "line 1: .*PRINTLAB_SMTP_STARTTLS"),
        ("PRINTLAB_X=1\n", 0o600, "PRINTLAB_X is no setting"),
        ("PRINTLAB_SMTP_HOST=x\n", 0o644, "everybody"),
    ],
)
def test_what_is_no_settings_file_is_refused_by_its_line(
    text: str, mode: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "printlab.env", text, mode)
    with pytest.raises(Unusable, match=said):
        settings_file.read(path)
    with pytest.raises(SystemExit):
        _options(["--settings", str(path)])
    assert re.search(said, capsys.readouterr().err)


def test_a_mark_of_windows_editors_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = written(tmp_path / "printlab.env", "\ufeffPRINTLAB_SMTP_HOST=x\r\n")
    assert settings_file.read(path) == {"PRINTLAB_SMTP_HOST": "x"}


def test_every_setting_of_the_product_may_stand_in_the_file(tmp_path: Path) -> None:
    code = (ROOT / "chalicelib" / "config.py").read_text()
    names = set(re.findall(r"\"(PRINTLAB_[A-Z_]+)\"", code))
    assert names == {name for name in config.names() if name.startswith("PRINTLAB_")}
    text = "".join(f"{name}=1\n" for name in sorted(names))
    assert settings_file.read(written(tmp_path / "printlab.env", text)) == dict.fromkeys(names, "1")


def test_a_missing_settings_file_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No such file"):
        settings_file.read(tmp_path / "printlab.env")


def test_data_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    data_format.claim(tmp_path, None)
    data_format.claim(tmp_path, None)
    (tmp_path / "FORMAT").write_text("99\n")
    with pytest.raises(data_format.Unfit, match="format 99"):
        data_format.claim(tmp_path, None)
    assert (tmp_path / "FORMAT").read_text() == "99\n"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX systems")
def test_a_new_data_folder_is_for_its_own_user_only(tmp_path: Path) -> None:
    data_format.claim(tmp_path / "data", None)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    found = settings_file.read(written(tmp_path / "printlab.env", (ONE_PC / "printlab.env").read_text()))
    assert found["PRINTLAB_PUBLIC_URL"].startswith("https://")
    assert "PRINTLAB_SMTP_PASSWORD" not in found


@pytest.fixture
def unit() -> configparser.ConfigParser:
    """The unit of systemd."""
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment]
    found.read(ONE_PC / "printlab.service")
    return found


def test_the_unit_may_write_backups_and_waits_for_their_disk(unit: configparser.ConfigParser) -> None:
    backups = re.findall(r"^PRINTLAB_BACKUPS=(.+)$", (ONE_PC / "printlab.env").read_text(), re.MULTILINE)
    assert unit["Service"]["ReadWritePaths"].split() == backups
    assert unit["Unit"]["RequiresMountsFor"].split() == backups


def test_the_unit_starts_what_there_is(
    unit: configparser.ConfigParser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[1:3] == ["-m", "infra.local"]
    assert unit["Service"]["RestartPreventExitStatus"] == "2"
    example = written(tmp_path / "printlab.env", (ONE_PC / "printlab.env").read_text())
    arguments = [str(example) if part == "/etc/printlab/printlab.env" else part for part in command[3:]]
    monkeypatch.setattr("os.environ", {})
    options = _options(arguments)
    assert (options.empty, options.lan, options.port) == (True, False, 8080)
    assert options.public_url == "https://print.lab.example.edu"
