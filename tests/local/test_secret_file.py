"""Secrets are made once, differ between installations, and are for their owner only."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest

from infra.local.secret_file import load_or_create


def test_they_stay_the_same(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "data" / "secrets.json")
    assert load_or_create(tmp_path / "data" / "secrets.json") == first


def test_every_installation_has_its_own(tmp_path: Path) -> None:
    one, two = (load_or_create(tmp_path / name / "secrets.json") for name in ("one", "two"))
    assert one.access_key_id != two.access_key_id
    assert one.secret_access_key != two.secret_access_key
    assert one.signing_keys != two.signing_keys
    assert not set(one.workstation_passwords.values()) & set(two.workstation_passwords.values())


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    secrets = load_or_create(data / "secrets.json")
    assert stat.S_IMODE((data / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [file.name for file in data.iterdir()] == ["secrets.json"]
    assert secrets.secret_access_key not in repr(secrets)


def test_passwords_can_be_read_out(tmp_path: Path) -> None:
    for password in load_or_create(tmp_path / "secrets.json").workstation_passwords.values():
        assert re.fullmatch(r"([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}", password)
