"""The share's own rules: nothing lies outside, nothing is overwritten, what a crash left comes back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from agent.disk import Disk
from agent.names import FOLDERS, OWN, changed_copy, is_safe
from agent.plan import Base, Local
from agent.share import Broken, Changed, NotMounted, Share
from chalicelib.domain.lifecycle import Status

G = "Jane_Filament_Blue_K7FWCD.gcode"


@pytest.fixture
def share(tmp_path: Path) -> Share:
    found = Share(tmp_path / "share", Disk())
    found.root.mkdir()
    found.mark()
    return found


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def arrive(share: Share, content: bytes) -> Path:
    return share.receive([content], len(content), md5(content), None)


def on_share(share: Share, content: bytes, name: str = G, folder: str = "Uploaded") -> Local:
    path = share.root / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    stat = path.stat()
    return Local(folder, name, stat.st_size, stat.st_mtime_ns, md5(content))


def leftovers(share: Share) -> list[str]:
    return sorted(path.name for path in (share.root / OWN).rglob("*") if path.is_file())


def test_the_folders_are_those_of_the_server() -> None:
    assert tuple(status.folder for status in Status) == FOLDERS


@pytest.mark.parametrize(
    "name",
    ["../x.gcode", "..", ".", "a/b", "a\\b", "C:x", "x:stream", "con", "NUL.gcode", "lpt1.x.gcode", "x.",
     "x ", " x", "a\x00b", "a\nb", "\u202ex", "", "x" * 201, ".hidden", "a*b", "a?b", 'a"b', "a|b"],
)  # fmt: skip
def test_no_name_leads_out_of_its_folder(share: Share, name: str) -> None:
    assert not is_safe("Uploaded", name)
    with pytest.raises(ValueError, match="unsafe"):
        share.path("Uploaded", name)


@pytest.mark.parametrize("folder", ["", ".", "..", "Elsewhere", OWN, "uploaded", "Uploaded/.."])
def test_no_other_folder_is_touched(share: Share, folder: str) -> None:
    with pytest.raises(ValueError, match="unsafe"):
        share.path(folder, "x.gcode")


def test_a_status_folder_that_leads_elsewhere_is_refused(share: Share, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (share.root / "Pending").symlink_to(tmp_path / "outside")
    with pytest.raises(ValueError, match="leads out"):
        share.put(arrive(share, b"x"), "Pending", G)
    assert list((tmp_path / "outside").iterdir()) == []


def test_links_on_the_share_are_nobodys_files(share: Share, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (share.root / "Uploaded").mkdir()
    (share.root / "Uploaded" / G).symlink_to(tmp_path / "secret")
    assert share.scan({}) == {}


def test_without_its_marker_it_is_not_mounted(share: Share) -> None:
    assert share.share_id() == share.mark()
    (share.root / OWN / "share.json").unlink()
    for attempt in (share.share_id, lambda: arrive(share, b"x"), lambda: share.recover({})):
        with pytest.raises(NotMounted):
            attempt()


def test_what_does_not_arrive_whole_leaves_nothing(share: Share) -> None:
    with pytest.raises(Broken):
        share.receive([b"ha"], 4, md5(b"half"), None)
    with pytest.raises(Broken):
        share.receive([b"half"], 4, md5(b"half"), "0" * 64)
    assert leftovers(share) == ["share.json"]


def test_a_name_that_somebody_has_taken_is_left_alone(share: Share) -> None:
    on_share(share, b"a person's")
    with pytest.raises(Changed):
        share.put(arrive(share, b"the cloud's"), "Uploaded", G)
    assert (share.root / "Uploaded" / G).read_bytes() == b"a person's"


def test_what_is_replaced_must_be_what_was_seen(share: Share) -> None:
    seen = on_share(share, b"v1")
    share.replace(arrive(share, b"v2"), seen, "Uploaded", G)
    assert (share.root / "Uploaded" / G).read_bytes() == b"v2"
    with pytest.raises(Changed):
        share.replace(arrive(share, b"v3"), seen, "Uploaded", G)
    assert (share.root / "Uploaded" / G).read_bytes() == b"v2"


def test_what_was_set_aside_comes_back_after_a_crash(share: Share) -> None:
    share.set_aside(on_share(share, b"work"))
    assert not (share.root / "Uploaded" / G).exists()
    assert share.recover({}) == 1
    assert (share.root / "Uploaded" / G).read_bytes() == b"work"
    assert leftovers(share) == ["share.json"]


def test_it_comes_back_beside_what_was_saved_meanwhile(share: Share) -> None:
    share.set_aside(on_share(share, b"old"))
    on_share(share, b"new")
    share.recover({})
    assert (share.root / "Uploaded" / G).read_bytes() == b"new"
    assert (share.root / "Uploaded" / changed_copy(G, md5(b"old"))).read_bytes() == b"old"


def test_an_unknown_file_counts_once_it_has_stood_still(share: Share) -> None:
    on_share(share, b"; half")
    (first,) = share.scan({}).values()
    on_share(share, b"; whole\n")
    (second,) = share.scan({}).values()
    (third,) = share.scan({}).values()
    assert [first.md5, second.md5, third.md5] == [None, None, md5(b"; whole\n")]


def test_what_was_agreed_on_is_not_read_again(share: Share) -> None:
    here = on_share(share, b"x")
    base = Base("job", here.folder, here.name, here.size, here.mtime_ns, "agreed")
    (found,) = share.scan({base.key: base}).values()
    assert found.md5 == "agreed"
