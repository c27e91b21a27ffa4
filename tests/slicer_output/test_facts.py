"""Each slicer's output, read back: what stands in the file, and nothing that does not."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from chalicelib.slicer_output import Filament, SlicerFacts, Source, Unreadable, facts
from chalicelib.slicer_output.heatshrink import decompress

from .outputs import (
    BAMBU,
    CURA,
    GRIFFIN,
    IDEAMAKER,
    MOVES,
    PACKERS,
    SIMPLIFY3D,
    bgcode,
    plate,
    png,
    prusa,
    sliced_3mf,
    thumbnail,
    zipped,
)


def read(data: bytes, ending: str = ".gcode") -> SlicerFacts:
    found = facts(Source.of(data), ending)
    assert SlicerFacts.from_dict(found.as_dict()) == found
    return found


def mm(width: str, depth: str, height: str) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(width), Decimal(depth), Decimal(height)


def code_of(data: bytes, ending: str = ".gcode") -> str:
    with pytest.raises(Unreadable) as refused:
        read(data, ending)
    assert refused.value.message
    return refused.value.code


# --- PrusaSlicer and its family ---------------------------------------------------------------


def test_prusaslicer() -> None:
    found = read(prusa(picture=png()))
    assert found == SlicerFacts(
        slicer="PrusaSlicer",
        slicer_version="2.8.1",
        printer="MK4S",
        nozzle_mm=Decimal("0.4"),
        bed_mm=mm("250", "210", "220"),
        time_s=26 * 3600 + 3 * 60 + 4,
        total_g=Decimal("14.39"),
        filaments=(Filament("PLA", *map(Decimal, ("4826.31", "11.61", "14.39", "1.24", "1.75"))),),
        layers=3,
        layer_height_mm=Decimal("0.2"),
        thumbnail=png(),
    )
    assert found.weight_g == Decimal("14.39")


@pytest.mark.parametrize("name", ["SuperSlicer 2.4.58.5", "OrcaSlicer 2.1.1", "Slic3r 1.3.0"])
def test_its_relatives(name: str) -> None:
    found = read(prusa(slicer=name))
    assert f"{found.slicer} {found.slicer_version}" == name
    assert found.weight_g == Decimal("14.39")


def test_bambu_studio() -> None:
    found = read(BAMBU)
    assert (found.slicer, found.printer, found.layers) == ("BambuStudio", "Bambu Lab X1 Carbon", 86)
    assert found.time_s == 23 * 60 + 41  # with heating and levelling: that is how long the printer is busy
    assert found.weight_g == Decimal("2.45")
    assert found.bed_mm == mm("256", "256", "250")
    # What it calls cm^3 is mm³: the volume comes from the length instead.
    assert found.filaments[0].volume_cm3 is None
    assert round(found.filaments[0].cm3 or 0, 2) == Decimal("1.93")


def test_the_size_on_the_bed() -> None:
    outline = (
        '{"objects":[{"name":"a","polygon":[[10.5,20],[90.5,20],[90.5,80]]},{"name":"b","polygon":[[-5,0]]}]}'
    )
    found = read(prusa(objects_info=outline, max_layer_z="30.2"))
    assert found.size_mm == mm("95.5", "80", "30.2")
    for broken in ("{", "[]", '{"objects":[{"polygon":[["nan",1]]}]}', '{"objects":[[]]}', "[" * 100_000):
        assert read(prusa(objects_info=broken, max_layer_z="30.2")).size_mm is None


def test_several_extruders() -> None:
    found = read(
        prusa(
            filament_used__mm="1000.00, 500.00",
            filament_used__cm3="2.40, 1.20",
            filament_used__g="2.98, 1.52",
            total_filament_used__g="4.50",
            filament_type="PLA;PETG",
            filament_density="1.24,1.27",
            filament_diameter="1.75,1.75",
        )
    )
    assert [(f.type, f.weight_g) for f in found.filaments] == [
        ("PLA", Decimal("2.98")),
        ("PETG", Decimal("1.52")),
    ]
    assert found.weight_g == Decimal("4.50")


def test_statistics_name_the_used_extruders_and_settings_all() -> None:
    five = read(prusa(filament_type="PLA;PLA;PLA;PLA;PLA", nozzle_diameter="0.4,0.4,0.4,0.4,0.4"))
    assert [f.type for f in five.filaments] == ["PLA"]
    mixed = read(prusa(filament_type="PLA;PETG;PLA"))
    assert [f.type for f in mixed.filaments] == [None]  # which of them is not told


@pytest.mark.parametrize("weight", ["0.00", None, "-3", "nan", "inf", "", "200000000"])
def test_a_weight_that_is_none_is_not_known(weight: str | None) -> None:
    found = read(prusa(filament_used__g=weight, total_filament_used__g=weight, filament_density="0"))
    assert found.weight_g is None


def test_a_weight_from_the_volume() -> None:
    """A profile without density writes 0.00 g: the material's density tells."""
    found = read(prusa(filament_used__g=None, total_filament_used__g="0.00", filament_density="0"))
    assert found.weight_g is None
    assert found.weight_by(Decimal("1.24")) == Decimal("14.40")
    assert found.weight_by(None) is None


def test_the_weight_of_one_filament_is_not_the_whole() -> None:
    """Of two filaments one has no density: 1.52 g would be charged for both."""
    found = read(
        prusa(
            filament_used__mm="1000.00, 500.00",
            filament_used__cm3="2.40, 1.20",
            filament_used__g="1.52",
            total_filament_used__g="1.52",
            filament_type="PLA;PETG",
            filament_density="0,1.27",
            filament_diameter="1.75,1.75",
        )
    )
    assert found.weight_g is None
    assert found.weight_by(Decimal("1.00")) == Decimal("3.92")  # 2.40 at 1.00 and 1.20 at its own 1.27


def test_only_beginning_and_end_of_a_large_file_are_read() -> None:
    data = prusa(picture=png(), padding=5 << 20)
    reads: list[tuple[int, int]] = []

    def ranged(start: int, length: int) -> bytes:
        reads.append((start, length))
        return data[start : start + length]

    found = facts(Source(len(data), ranged), ".gcode")
    assert found.weight_g == Decimal("14.39")
    assert found.thumbnail == png()
    assert found.layers is None  # they are marked, not counted, and not all of them were seen
    assert reads == [(0, 1 << 20), (len(data) - (1 << 20), 1 << 20)]


def test_a_small_file_is_read_at_once() -> None:
    data = prusa()
    reads: list[tuple[int, int]] = []

    def ranged(start: int, length: int) -> bytes:
        reads.append((start, length))
        return data[start : start + length]

    facts(Source(len(data), ranged), ".gcode")
    assert reads == [(0, len(data))]


def test_the_largest_png_is_the_picture() -> None:
    text = (
        thumbnail(png(8)) + thumbnail(png(64)) + thumbnail(b"qoif" * 999, "thumbnail_QOI") + thumbnail(b"GIF")
    )
    signed, _, rest = prusa().decode().partition("\n")
    assert read(f"{signed}\n{text}{rest}".encode()).thumbnail == png(64)
    huge = png(64)[:16] + b"\xff\xff\xff\xff" * 2 + png(64)[24:]
    assert read(f"{signed}\n{thumbnail(huge)}{rest}".encode()).thumbnail is None


# --- the others -----------------------------------------------------------------------------


def test_cura() -> None:
    found = read(CURA)
    assert (found.slicer, found.slicer_version, found.printer) == ("Cura", "5.2.1", "Creality Ender-3")
    assert (found.time_s, found.layers, found.layer_height_mm) == (5364, 121, Decimal("0.2"))
    assert [f.length_mm for f in found.filaments] == [Decimal("2014.83"), Decimal("500.0")]
    assert found.size_mm == mm("40.0", "40", "24.0")
    assert found.weight_g is None
    assert found.weight_by(Decimal("1.24")) == Decimal("7.50")


def test_cura_for_ultimaker() -> None:
    found = read(GRIFFIN)
    assert (found.slicer_version, found.printer, found.time_s) == ("5.8.0", "UltiMaker S5", 7200)
    assert (found.nozzle_mm, found.size_mm) == (Decimal("0.4"), mm("30", "40", "30.0"))
    assert found.weight_by(Decimal("1.24")) == Decimal("4.24")


def test_ideamaker() -> None:
    found = read(IDEAMAKER)
    assert (found.slicer, found.slicer_version) == ("ideaMaker", "5.4.2.8790")
    assert (found.time_s, found.layers, found.nozzle_mm) == (9130, 120, Decimal("0.4"))
    assert found.bed_mm == mm("305", "305", "605")
    assert found.size_mm == mm("39.5", "40", "24")
    assert [(f.type, f.length_mm) for f in found.used] == [("PLA", Decimal("868.0"))]
    assert found.weight_by(None) == Decimal("2.59")  # by its own density, in kg/m³


def test_simplify3d() -> None:
    found = read(SIMPLIFY3D)
    assert (found.slicer, found.slicer_version, found.layers) == ("Simplify3D", "4.1.2", 80)
    assert (found.time_s, found.weight_g) == (8100, Decimal("16.31"))
    five = SIMPLIFY3D.replace(b"Build time: 2 hours 15 minutes", b"Build Time: 0 hours 41 minutes")
    assert read(five).time_s == 41 * 60


def test_what_tells_nothing_says_why() -> None:
    assert code_of(MOVES.encode()) == "unknown_slicer"
    assert code_of(b"") == "unknown_slicer"
    assert code_of(b"; generated by PrusaSlicer 2.5.0 on\n" + MOVES.encode()) == "nothing_told"
    assert code_of(b"anything", ".form") == "unsupported_format"
    assert code_of(b"; generated by PrusaSlicer 2.5.0 on\n" + b";\n; a\n" * 200_000) == "too_complex"


# --- binary G-code ----------------------------------------------------------------------------


@pytest.mark.parametrize("crc", [True, False])
@pytest.mark.parametrize("compression", range(4))
def test_binary_gcode(compression: int, crc: bool) -> None:
    found = read(bgcode(compression=compression, crc=crc, picture=png()), ".bgcode")
    assert (found.slicer, found.slicer_version, found.printer) == ("PrusaSlicer", "2.8.1", "MK4S")
    assert (found.weight_g, found.time_s) == (Decimal("14.39"), 93784)
    assert found.filaments == read(prusa()).filaments
    assert found.thumbnail == png()


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(bgcode(compression=0))
    data[data.index(b"4826.31")] ^= 1
    assert code_of(bytes(data), ".bgcode") == "damaged"
    unchecked = bytearray(bgcode(compression=0, crc=False))
    unchecked[unchecked.index(b"4826.31")] ^= 1
    assert read(bytes(unchecked), ".bgcode").weight_g == Decimal("14.39")


@pytest.mark.parametrize("packer", [2, 3])
@pytest.mark.parametrize("data", [b"", b"a", b"abcabcabcabc" * 40, bytes(range(256)) * 9, b"\0" * 5000])
def test_heatshrink(packer: int, data: bytes) -> None:
    packed = PACKERS[packer](data)
    assert decompress(packed, len(data), window=packer + 9, lookahead=4) == data


@pytest.mark.parametrize(
    ("packed", "window", "lookahead", "data"),
    [
        ("b35bede0", 7, 3, b"foo"),
        ("b35bede04100", 7, 6, b"foofoo"),
        ("b0800180", 8, 7, b"aaaaa"),
    ],
)
def test_heatshrink_as_published(packed: str, window: int, lookahead: int, data: bytes) -> None:
    """The vectors of heatshrink's own tests."""
    assert decompress(bytes.fromhex(packed), len(data), window=window, lookahead=lookahead) == data
    with pytest.raises(Unreadable):
        decompress(bytes.fromhex(packed)[:-1], 99, window=window, lookahead=lookahead)


# --- sliced 3MF --------------------------------------------------------------------------------


def test_a_sliced_3mf() -> None:
    found = read(sliced_3mf(plate(1, 1421, "2.45"), picture=png()), ".3mf")
    assert (found.slicer, found.slicer_version) == ("BambuStudio", "01.10.01.50")
    assert (found.time_s, found.weight_g, found.layers) == (1421, Decimal("2.45"), 86)
    assert found.filaments == (Filament("PETG", Decimal("800.00"), None, Decimal("2.45")),)
    assert (found.printer, found.nozzle_mm, found.thumbnail) == ("Bambu Lab X1 Carbon", Decimal("0.4"), png())


def test_plates_are_summed() -> None:
    found = read(sliced_3mf(plate(1, 1000, "2.40"), plate(2, 500, "1.10")), ".3mf")
    assert (found.time_s, found.weight_g, found.layers) == (1500, Decimal("3.50"), 172)


def test_a_plate_without_weight_leaves_the_whole_unknown() -> None:
    found = read(sliced_3mf(plate(1, 1000, "2.40"), plate(2, 500, "0.00")), ".3mf")
    assert (found.time_s, found.weight_g) == (1500, None)


def test_without_gcode_the_settings_tell_the_printer() -> None:
    found = read(sliced_3mf(plate(1, 1000, "2.40"), gcode=b"G28\n"), ".3mf")
    assert (found.printer, found.nozzle_mm, found.weight_g) == (
        "Bambu Lab P1S",
        Decimal("0.6"),
        Decimal("2.40"),
    )


def test_a_project_is_not_sliced() -> None:
    assert code_of(sliced_3mf(), ".3mf") == "not_sliced"
    assert code_of(zipped({"3D/3dmodel.model": b"<model/>"}), ".3mf") == "not_sliced"


def test_a_large_3mf_is_read_in_few_ranges() -> None:
    noise = random.Random(7).randbytes(4 << 20)
    data = sliced_3mf(plate(1, 1000, "2.40"), more={"3D/Objects/a.model": noise})
    reads: list[int] = []

    def ranged(start: int, length: int) -> bytes:
        reads.append(length)
        return data[start : start + length]

    assert facts(Source(len(data), ranged), ".3mf").weight_g == Decimal("2.40")
    assert len(reads) <= 5
    assert sum(reads) < 2 << 20
