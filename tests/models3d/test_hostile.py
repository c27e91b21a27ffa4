"""Files that attack: each must end in a refusal with its code, at little cost."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from infra.model_files import threemf as sample_threemf
from infra.model_files import zipped

from .shapes import CORE, RELATIONSHIPS, box, refusal, thing

MODEL = f'<model xmlns="{CORE}"><resources>{thing(1)}</resources><build><item objectid="1"/></build></model>'
BILLION_LAUGHS = (
    '<!DOCTYPE model [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def package(**changed: bytes) -> bytes:
    members = {"_rels/.rels": RELATIONSHIPS.encode(), "3D/3dmodel.model": MODEL.encode()}
    return zipped(members | changed)


def with_model(model: bytes) -> bytes:
    return package(**{"3D/3dmodel.model": model})


def raw_zip(name: str, data: bytes = b"x", method: int = zipfile.ZIP_STORED) -> bytes:
    """A 3MF with one more member, whose name zipfile does not tidy."""
    buffer = io.BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo()
        info.filename, info.compress_type = name, method
        archive.writestr(info, data)
    return buffer.getvalue()


def patched(data: bytes, offset_in_entry: int, value: bytes, signatures: tuple[bytes, ...]) -> bytes:
    """The zip with a field changed in every header of the given kinds."""
    changed = bytearray(data)
    for signature, shift in zip(signatures, (0, 2), strict=False):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            at = start + offset_in_entry + shift
            changed[at : at + len(value)] = value
            start += 4
    return bytes(changed)


HEADERS = (b"PK\x03\x04", b"PK\x01\x02")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("part", ["3D/3dmodel.model", "_rels/.rels"])
def test_no_document_type_in_any_encoding(encoding: str, part: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding[:6]}"?>'
    data = (declaration + BILLION_LAUGHS + "<model>&c;</model>").encode(encoding)
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert refusal(package(**{part: mark + data}), ".3mf").code == "dtd_forbidden"


def test_external_entities_are_not_looked_up() -> None:
    model = '<!DOCTYPE model SYSTEM "file:///etc/passwd"><model/>'
    assert refusal(with_model(model.encode()), ".3mf").code == "dtd_forbidden"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../../x",
        "3D/../../x",
        "..\\x",
        "C:\\x",
        "C:/x",
        "3D\\x",
        "a\nb",
        "a\0b",
        "a\x7fb",
        "..",
        "//host/x",
    ],
)
def test_unsafe_names(name: str) -> None:
    assert refusal(raw_zip(name), ".3mf").code == "unsafe_path"


def test_dots_within_names_are_harmless() -> None:
    with pytest.raises(AssertionError, match="accepted"):
        refusal(raw_zip("Metadata/v1..2.png"), ".3mf")


def test_encrypted_members() -> None:
    data = patched(package(), 6, b"\x01", HEADERS)
    assert refusal(data, ".3mf").code == "encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_slicers_lack(method: int) -> None:
    assert refusal(raw_zip("Metadata/x.bin", b"x" * 99, method), ".3mf").code == "unsupported_compression"


def test_a_member_that_unpacks_to_gigabytes() -> None:
    assert refusal(raw_zip("3D/big", b" " * (64 << 20), zipfile.ZIP_DEFLATED), ".3mf").code == "zip_bomb"


def test_a_model_that_unpacks_to_gigabytes() -> None:
    assert refusal(with_model(MODEL.encode() + b" " * (64 << 20)), ".3mf").code == "zip_bomb"


def test_many_members_that_together_unpack_to_gigabytes() -> None:
    buffer = io.BytesIO(package())
    block = bytes(range(256)) * 4 * 100
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(64):
            archive.writestr(f"Textures/{number}.png", block * 20)
    declared = patched(buffer.getvalue(), 22, struct.pack("<I", 200 << 20), HEADERS)
    assert refusal(declared, ".3mf").code == "zip_bomb"


def test_a_hundred_thousand_members() -> None:
    entry = b"PK\x01\x02" + b"\0" * 42
    data = (
        package()
        + entry * 100_000
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 4_600_000, 0, 0)
    )
    assert refusal(data, ".3mf").code == "zip_bomb"


def test_a_size_that_lies() -> None:
    truth = struct.pack("<I", len(MODEL))
    data = package()
    assert data.count(truth) == 2
    assert refusal(data.replace(truth, struct.pack("<I", 40)), ".3mf").code == "damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name() -> None:
    buffer = io.BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("3d/3DMODEL.model", MODEL)
    assert refusal(buffer.getvalue(), ".3mf").code == "damaged"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK", "not_3mf"),
        (b"not a zip at all" * 100, "not_3mf"),
        (b"PK\x03\x04" + b"\0" * 200, "damaged"),
        (zipped({"word/document.xml": b"<document/>"}), "missing_model"),
        (zipped({}), "not_3mf"),
        (zipped({"_rels/.rels": RELATIONSHIPS.encode()}), "missing_model"),
    ],
)
def test_other_files(data: bytes, code: str) -> None:
    assert refusal(data, ".3mf").code == code


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_download_that_broke_off(share: float) -> None:
    data = sample_threemf(box())
    assert refusal(data[: int(len(data) * share)], ".3mf").code in ("damaged", "not_3mf")


def test_a_flipped_bit_in_the_model() -> None:
    data = bytearray(package())
    data[data.index(b"3D/3dmodel.model") + 60] ^= 0x10
    assert refusal(bytes(data), ".3mf").code == "damaged"


def test_a_single_tag_of_many_megabytes() -> None:
    attributes = "".join(f'a{number}="{number * 7919 % 1000003}" ' for number in range(500_000))
    assert refusal(with_model(f"<model {attributes}/>".encode()), ".3mf").code in ("too_complex", "damaged")


def test_endless_new_names() -> None:
    elements = "".join(f"<e{number}/>" for number in range(30_000))
    model = f'<model xmlns="{CORE}">{elements}</model>'
    assert refusal(with_model(model.encode()), ".3mf").code == "too_complex"


def test_endless_new_prefixes() -> None:
    elements = "".join(f'<a xmlns:p{number}="urn:x"/>' for number in range(30_000))
    model = f'<model xmlns="{CORE}">{elements}</model>'
    assert refusal(with_model(model.encode()), ".3mf").code == "too_complex"
