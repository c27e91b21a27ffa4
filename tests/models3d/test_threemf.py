from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from chalicelib.models3d import facts, load
from chalicelib.models3d.facts import MeshFacts
from infra.model_files import threemf as sample_threemf
from infra.model_files import zipped
from infra.samples import spur_gear, twisted_vase

from .shapes import CORE, PRODUCTION, RELATIONSHIPS, TETRAHEDRON, refusal, thing, threemf

# How numpy says that it stopped reading; the reader finds out by itself.
pytestmark = pytest.mark.filterwarnings("ignore:string or file could not be read")

ITEM = '<item objectid="1"/>'


def measured(data: bytes) -> MeshFacts:
    return facts(load(data, ".3mf"))


def test_triangles_come_back_as_written() -> None:
    gear = spur_gear()
    mesh = load(sample_threemf(gear, "gear & <bore>"), ".3mf")
    assert (mesh.format, mesh.unit, mesh.names) == ("3mf", "millimeter", ("gear & <bore>",))
    assert np.allclose(mesh.triangles, gear, atol=1e-5)


@pytest.mark.parametrize(
    ("unit", "millimetres"),
    [
        ("micron", 0.001),
        ("millimeter", 1),
        ("centimeter", 10),
        ("inch", 25.4),
        ("foot", 304.8),
        ("meter", 1000),
    ],
)
def test_units_become_millimetres(unit: str, millimetres: float) -> None:
    side = measured(threemf(thing(1), ITEM, f'unit="{unit}"')).size_mm[0]
    assert side == pytest.approx(6 * millimetres, rel=1e-3)


def test_the_default_unit_is_the_millimetre() -> None:
    assert measured(threemf(thing(1), ITEM, "")).size_mm == (6, 6, 6)


def test_translations_are_in_the_file_s_unit() -> None:
    items = ITEM + '<item objectid="1" transform="1 0 0 0 1 0 0 0 1 10 0 0"/>'
    assert measured(threemf(thing(1), items, 'unit="centimeter"')).size_mm == (160, 60, 60)


def test_row_vectors_times_matrix() -> None:
    turned = '<item objectid="1" transform="0 2 0 -1 0 0 0 0 1 0 0 0"/>'
    mesh = load(threemf(thing(1), turned), ".3mf")
    assert mesh.low.tolist() == [-6, 0, 0]
    assert mesh.high.tolist() == [0, 12, 6]
    assert facts(mesh).volume_mm3 == pytest.approx(72)


def test_a_mirrored_object_stays_outside_out() -> None:
    known = measured(threemf(thing(1), '<item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'))
    assert known.volume_reliable
    assert not known.inside_out


def test_components_are_placed_inner_first() -> None:
    inner = thing(
        2, '<components><component objectid="1" transform="1 0 0 0 1 0 0 0 1 10 0 0"/></components>'
    )
    outer = '<item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 5"/>'
    mesh = load(threemf(thing(1) + inner, outer), ".3mf")
    assert mesh.low.tolist() == [20, 0, 5]
    assert mesh.high.tolist() == [32, 12, 17]


def test_only_the_build_list_is_printed() -> None:
    data = threemf(thing(1) + thing(2), ITEM + '<item objectid="2" printable="0"/>')
    assert measured(data).triangles == 4


@pytest.mark.parametrize("kind", ["support", "solidsupport", "other"])
def test_helpers_are_left_out(kind: str) -> None:
    parts = '<components><component objectid="1"/><component objectid="2"/></components>'
    resources = thing(1) + thing(2, attributes=f'type="{kind}"') + thing(3, parts)
    assert measured(threemf(resources, '<item objectid="3"/>')).triangles == 4


def part(inside: str, attributes: str = "") -> str:
    namespaces = f'xmlns="{CORE}" xmlns:p="{PRODUCTION}"'
    return f"<model {attributes} {namespaces}><resources>{inside}</resources><build/></model>"


def test_objects_in_other_parts_are_found() -> None:
    reference = '<components><component p:path="/3D/wheel.model" objectid="7"/></components>'
    nested = '<components><component p:path="/3D/hub.model" objectid="1"/></components>'
    data = threemf(
        thing(1, reference),
        ITEM + '<item p:path="/3D/hub.model" objectid="1" transform="1 0 0 0 1 0 0 0 1 50 0 0"/>',
        wheel=part(thing(7, nested)),
        hub=part(thing(1)),
    )
    assert measured(data).triangles == 8


def test_every_part_has_its_own_unit() -> None:
    reference = '<components><component p:path="/3D/hub.model" objectid="1"/></components>'
    data = threemf(thing(1, reference), ITEM, hub=part(thing(1), 'unit="centimeter"'))
    assert measured(data).size_mm == (60, 60, 60)


def test_parts_of_other_extensions_are_skipped() -> None:
    colours = '<m:colorgroup xmlns:m="urn:m" id="9"><m:color color="#ff0000"/><m:vertex/></m:colorgroup>'
    data = threemf(colours + thing(1, attributes='pid="9"') + "<basematerials id='4'/>", ITEM)
    assert measured(data).triangles == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda mesh: mesh.replace("/>", " />"),
        lambda mesh: mesh.replace("/>", "\n  />\n"),
        lambda mesh: mesh.replace("/>", "></vertex>", 4).replace("/>", "></triangle>"),
        lambda mesh: mesh.replace('"6"', '"6.0e+00"'),
        lambda mesh: mesh.replace('"6"', '" 6 "'),
        lambda mesh: mesh.replace('"6"', '"&#54;"'),
        lambda mesh: mesh.replace('"', "'"),
        lambda mesh: mesh.replace("/><t", "/><!-- <vertices> --><t"),
        lambda mesh: mesh.replace('z="0"/>', 'z="0" w="1"/>'),
        lambda mesh: mesh.replace('v1="0" v2="2" v3="1"', 'v1="0" v2="2" v3="1" pid="1" p1="0"'),
        lambda mesh: mesh.replace('v1="0" v2="2" v3="1"', 'pid="1" v3="1" v2="2" v1="0"'),
        lambda mesh: mesh.replace('x="6" y="0"', 'y="0" x="6"'),
        lambda mesh: mesh.replace("<vertices>", '<vertices note="a > b">').replace(
            "<triangles>", "<triangles >"
        ),
        lambda mesh: mesh.replace("<mesh>", "<mesh><!-- <vertices> <triangles> --><![CDATA[<vertices>]]>"),
    ],
)
def test_every_way_to_write_a_mesh(change: Callable[[str], str]) -> None:
    known = measured(threemf(thing(1, change(TETRAHEDRON)), ITEM))
    assert (known.triangles, known.volume_mm3, known.volume_reliable) == (4, 36, True)


def test_a_mesh_longer_than_a_chunk_by_either_way_of_reading() -> None:
    vase = twisted_vase(sides=60, layers=90)
    plain = sample_threemf(vase)
    mesh = load(plain, ".3mf")
    assert np.allclose(mesh.triangles, vase, atol=1e-5)
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        model = archive.read("3D/3dmodel.model")
    assert len(model) > 3 << 18
    for other in (model.replace(b'"', b"'"), model.replace(b' y="', b' n="1" y="')):
        assert np.array_equal(load(package(other), ".3mf").triangles, mesh.triangles)


def test_any_encoding_that_xml_knows() -> None:
    model = threemf_model().encode("utf-16")
    assert measured(package(model)).triangles == 4


def test_without_relationships_the_usual_part_is_taken() -> None:
    assert measured(zipped({"3D/3dmodel.model": threemf_model().encode()})).triangles == 4


def test_part_names_ignore_case_and_escapes() -> None:
    relationships = RELATIONSHIPS.replace("/3D/3dmodel.model", "/3D/my%20Model.model")
    data = zipped({"_rels/.rels": relationships.encode(), "3d/My model.model": threemf_model().encode()})
    assert measured(data).triangles == 4


def threemf_model(resources: str = "", build: str = ITEM) -> str:
    return (
        f'<model xmlns="{CORE}"><resources>{resources or thing(1)}</resources><build>{build}</build></model>'
    )


def package(model: bytes) -> bytes:
    return zipped({"_rels/.rels": RELATIONSHIPS.encode(), "3D/3dmodel.model": model})


def chain(length: int) -> str:
    links = [
        thing(n, f'<components><component objectid="{n - 1}"/></components>') for n in range(2, length + 1)
    ]
    return thing(1) + "".join(links)


def test_thirty_two_levels_are_allowed() -> None:
    assert measured(threemf(chain(32), '<item objectid="32"/>')).triangles == 4


def doubling(levels: int, leaf: str = TETRAHEDRON) -> str:
    double = '<components><component objectid="{0}"/><component objectid="{0}"/></components>'
    return thing(1, leaf) + "".join(thing(n, double.format(n - 1)) for n in range(2, levels + 1))


def mesh_with(vertex: str = 'x="0" y="0" z="0"', triangle: str = 'v1="0" v2="1" v3="2"') -> str:
    return (
        f'<mesh><vertices><vertex {vertex}/><vertex x="1" y="0" z="0"/><vertex x="0" y="1" z="0"/></vertices>'
        f"<triangles><triangle {triangle}/></triangles></mesh>"
    )


@pytest.mark.parametrize(
    ("resources", "build", "code"),
    [
        (thing(1), "", "empty_mesh"),
        (thing(1), '<item objectid="1" printable="0"/>', "empty_mesh"),
        (thing(1, attributes='type="support"'), ITEM, "empty_mesh"),
        (thing(1, "<mesh><vertices/><triangles/></mesh>"), ITEM, "empty_mesh"),
        (thing(1), '<item objectid="5"/>', "damaged"),
        (thing(1), "<item/>", "damaged"),
        (thing(1), '<item objectid="1" transform="1 0 0"/>', "damaged"),
        (thing(1), '<item objectid="1" transform="1 0 0 0 1 0 0 0 nan 0 0 0"/>', "damaged"),
        (thing(1), '<item objectid="1" transform="1e300 0 0 0 1 0 0 0 1 0 0 0"/>', "not_finite"),
        (thing(1), '<item objectid="1" transform="0 0 0 0 0 0 0 0 0 0 0 0"/>', "empty_mesh"),
        (thing(1) + thing(1), ITEM, "damaged"),
        (thing(1, mesh_with('x="nan" y="0" z="0"')), ITEM, "not_finite"),
        (thing(1, mesh_with('x="1e60" y="0" z="0"')), ITEM, "not_finite"),
        (thing(1, mesh_with('x="1_0" y="0" z="0"')), ITEM, "damaged"),
        (thing(1, mesh_with('x="٣" y="0" z="0"')), ITEM, "damaged"),
        (thing(1, mesh_with('x="1 2" y="0" z=""')), ITEM, "damaged"),
        (thing(1, mesh_with('x="1,2" y="0" z=""')), ITEM, "damaged"),
        (thing(1, mesh_with('x="1" y="0"')), ITEM, "damaged"),
        (thing(1, mesh_with(triangle='v1="0" v2="1" v3="3"')), ITEM, "bad_index"),
        (thing(1, mesh_with(triangle='v1="0" v2="1" v3="-1"')), ITEM, "bad_index"),
        (thing(1, mesh_with(triangle='v1="0" v2="1" v3="1.0"')), ITEM, "damaged"),
        (thing(1, mesh_with(triangle='v1="0" v2="1"')), ITEM, "damaged"),
        (thing(1, '<components><component objectid="1"/></components>'), ITEM, "component_cycle"),
        (
            thing(1, '<components><component objectid="2"/></components>')
            + thing(2, '<components><component objectid="1"/></components>'),
            ITEM,
            "component_cycle",
        ),
        (chain(33), '<item objectid="33"/>', "component_depth"),
        (doubling(30), '<item objectid="30"/>', "too_many_triangles"),
        (doubling(16), '<item objectid="16"/>', "too_complex"),
        (doubling(30, "<mesh/>"), '<item objectid="30"/>', "empty_mesh"),
        (thing(1, "<p:a>" * 80 + "</p:a>" * 80), ITEM, "too_complex"),
        (
            thing(1, '<components><component p:path="/3D/none.model" objectid="1"/></components>'),
            ITEM,
            "damaged",
        ),
        (
            thing(1, '<components><component p:path="/../x.model" objectid="1"/></components>'),
            ITEM,
            "unsafe_path",
        ),
    ],
)
def test_refused_models(resources: str, build: str, code: str) -> None:
    assert refusal(threemf(resources, build), ".3mf").code == code


def test_unknown_units_are_refused() -> None:
    assert refusal(threemf(thing(1), ITEM, 'unit="furlong"'), ".3mf").code == "unsupported_unit"


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (b"", "damaged"),
        (b"<model", "damaged"),
        (threemf_model().encode()[:-3], "damaged"),
        (b"<html><body/></html>", "missing_model"),
        (b'<?xml version="1.0" encoding="klingon"?><model/>', "damaged"),
        (b"\xff\xfe\x00\x00\x00", "damaged"),
    ],
)
def test_refused_xml(model: bytes, code: str) -> None:
    assert refusal(package(model), ".3mf").code == code
