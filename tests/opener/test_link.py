"""Links: what the dashboard writes is understood, everything else is refused before anything is touched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from opener.link import path_in
from opener.paths import parts_inside
from opener.refusals import Refusal

NODE = Path(sys.executable).with_name("node")
SHARE_PATH = Path("frontend_static/js/lib/share_path.js").resolve()


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("print3d://open?path=Z%3A%5CLab%5Ca.stl", "Z:\\Lab\\a.stl"),
        ("PRINT3D://OPEN?path=%2Fmnt%2Fa.stl", "/mnt/a.stl"),
        ("print3d://open/?path=%2Fmnt%2Fa.stl", "/mnt/a.stl"),
        ("print3d://open?path=Z:\\storage\\Uploaded\\a_123.stl", "Z:\\storage\\Uploaded\\a_123.stl"),
        ("print3d://open?path=%2Fa%2F100%25%20%2B+1.stl", "/a/100% ++1.stl"),
        ("print3d://open?path=%2Fa%2F%252e%252e%2Fb", "/a/%2e%2e/b"),
        ("print3d://open?path=%2Fa%2F%C3%BCbung.stl", "/a/übung.stl"),
    ],
)
def test_links(link: str, path: str) -> None:
    assert path_in(link) == path


@pytest.mark.parametrize(
    "link",
    [
        "",
        "print3d:",
        "print3d://open",
        "print3d://open?path=",
        "print3d://open?file=a",
        "print3d://open?path=a&path=b",
        "print3d://open?path=a&x=1",
        "print3d://open?x=1&path=a",
        "print3d://open?path=a#b",
        "print3d://open?path=a?b",
        "print3d://open?path=a b",
        'print3d://open?path=a" --export "b',
        "print3d://open?path=a'\n",
        "print3d://open?path=a;b",
        "print3d://open?path=a|b",
        "print3d://open?path=$(b)",
        "print3d://open?path=`b`",
        "print3d://open?path=%",
        "print3d://open?path=%zz",
        "print3d://open?path=%2Fa%2Fübung.stl",
        "print3d://open?path=%ff%fe",
        "print3d://open?path=%ed%a0%80",
        "print3d://user@open?path=a",
        "print3d://open:80?path=a",
        "print3d://run?path=a",
        "print3d://open/x?path=a",
        "print3d:open?path=a",
        "3dprint://open?path=a",
        "http://open?path=a",
        "file:///etc/passwd",
        "--check",
        "-h",
        "print3d://open?path=" + "a" * 9000,
    ],
)
def test_hostile_links(link: str) -> None:
    with pytest.raises(Refusal) as refused:
        path_in(link)
    assert refused.value.title
    assert link not in refused.value.message or not link


@pytest.mark.parametrize(
    ("base", "flavour"),
    [
        ("Z:\\PrintLab", PureWindowsPath),
        ("Z:\\", PureWindowsPath),
        ("Z:/PrintLab/", PureWindowsPath),
        ("\\\\server\\lab", PureWindowsPath),
        ("/mnt/printlab/", PurePosixPath),
    ],
)
def test_the_dashboards_own_links(base: str, flavour: type[PurePath]) -> None:
    """The very function that makes the dashboard's links, and the opener, agree on every name."""
    names = ["JaneDoe_Filament_Blue_K7FWCD.stl", "a_0.2mm (fixed) ünïcode +#&%.gcode.3mf", "x'!~,=@$.stl"]
    script = (
        f"import {{ openerLink, sharePath }} from {json.dumps(SHARE_PATH.as_uri())};"
        f"for (const name of {json.dumps(names)})"
        f"  console.log(openerLink(sharePath({json.dumps(base)}, 'ReadyToPrint', name)));"
    )
    command = [str(NODE), "--input-type=module", "-e", script]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    links = answer.stdout.splitlines()
    assert [parts_inside(path_in(link), flavour(base)) for link in links] == [
        ("ReadyToPrint", name) for name in names
    ]
