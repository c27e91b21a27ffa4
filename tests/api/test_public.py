"""What anybody may read: health, the catalog, a price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import documents
from chalicelib.aws.tables import ConfigDocument
from chalicelib.config import settings
from infra.http_client import HttpClient
from infra.local import environment, seed
from infra.local.provision import parameters, provision
from tests.api.limits import spend
from tests.steps import API, configure, ok, refused, wrong_fields


def test_health_when_everything_answers(http: HttpClient) -> None:
    assert ok(http.get(f"{API}/health")) == {
        "status": "ok",
        "components": {"database": "ok", "files": "ok", "queues": "ok"},
    }


@pytest.fixture
def no_mail_queue(cloud: Session, http: HttpClient) -> Iterator[None]:
    sqs = cloud.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=settings().queue("mail"))["QueueUrl"])
    yield
    provision(parameters(environment.STAGE, environment.BUCKET, http.base_url), cloud)


@pytest.mark.usefixtures("no_mail_queue")
def test_health_names_what_is_down(http: HttpClient) -> None:
    assert ok(http.get(f"{API}/health"), 503) == {
        "status": "degraded",
        "components": {"database": "ok", "files": "ok", "queues": "down"},
    }


def test_the_catalog_says_what_can_be_chosen(http: HttpClient) -> None:
    catalog = ok(http.get(f"{API}/catalog"))
    assert catalog["methods"] == seed.CATALOG["methods"]
    assert catalog["printers"] == seed.CATALOG["printers"]
    assert catalog["materials"] == [
        {**material, "density_g_cm3": float(material["density_g_cm3"])}
        for material in seed.CATALOG["materials"]
    ]
    assert catalog["version"] == 1
    assert catalog["minimum_charge_cents"] == 300
    assert (catalog["min_file_bytes"], catalog["max_file_bytes"]) == (1024, 52_428_800)
    assert catalog["extensions"] == [".stl", ".obj", ".3mf"]
    assert catalog["disciplines"] == [
        "Art",
        "Architecture",
        "Landscape Architecture",
        "Interior Design",
        "Engineering",
        "Hobby/Personal",
        "Other",
    ]
    assert ok(http.get(f"{API}/catalog/version")) == {"version": 1}


def test_the_catalog_is_sent_once_per_version(http: HttpClient) -> None:
    first = http.get(f"{API}/catalog")
    tag = first.headers["ETag"]
    known = http.with_headers(If_None_Match=tag)
    repeat = known.get(f"{API}/catalog")
    assert (repeat.status, repeat.body, repeat.headers["ETag"]) == (304, b"", tag)

    document = ConfigDocument.get(documents.CATALOG)
    document.version += 1
    document.save()
    changed = known.get(f"{API}/catalog")
    assert ok(changed)["version"] == 2
    assert changed.headers["ETag"] != tag


def test_the_version_of_the_catalog_is_sent_once(http: HttpClient) -> None:
    first = http.get(f"{API}/catalog/version")
    known = http.with_headers(If_None_Match=first.headers["ETag"])
    repeat = known.get(f"{API}/catalog/version")
    assert (repeat.status, repeat.body) == (304, b"")
    document = ConfigDocument.get(documents.CATALOG)
    document.version += 1
    document.save()
    assert ok(known.get(f"{API}/catalog/version")) == {"version": 2}


def test_another_minimum_charge_is_another_catalog(http: HttpClient) -> None:
    tag = http.get(f"{API}/catalog").headers["ETag"]
    configure(minimum_charge_cents=500)
    changed = http.with_headers(If_None_Match=tag).get(f"{API}/catalog")
    assert ok(changed)["minimum_charge_cents"] == 500


def test_a_lab_without_a_catalog_says_so(http: HttpClient) -> None:
    ConfigDocument(id=documents.CATALOG).delete()
    assert refused(http.get(f"{API}/catalog"), 503, "unavailable") == {"component": "catalog"}


def test_the_catalog_has_a_limit_per_minute(http: HttpClient) -> None:
    configure(catalog_requests_per_minute=4)
    last = spend(lambda: http.get(f"{API}/catalog"), limit=4)
    assert 1 <= int(last.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("material", "weight", "cents", "minimum"),
    [
        ("filament", "1", 300, True),
        ("filament", "29.999", 300, True),
        ("filament", "30", 300, False),
        ("filament", "45.25", 453, False),
        ("resin", "45.25", 905, False),
    ],
)
def test_a_price(material: str, weight: str, cents: int, minimum: bool, http: HttpClient) -> None:
    answer = ok(http.get(f"{API}/cost/preview", material=material, weight_g=weight))
    usd = f"{cents // 100}.{cents % 100:02}"
    assert answer == {"cost_cents": cents, "cost_usd": usd, "minimum_applied": minimum}


def test_a_price_of_nothing(http: HttpClient) -> None:
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"material", "weight_g"}),
        ({"material": "gold", "weight_g": "1"}, {"material"}),
        ({"material": "resin", "weight_g": "0"}, {"weight_g"}),
        ({"material": "resin", "weight_g": "-5"}, {"weight_g"}),
        ({"material": "resin", "weight_g": "NaN"}, {"weight_g"}),
        ({"material": "resin", "weight_g": "1e9"}, {"weight_g"}),
        ({"material": "resin", "weight_g": "much"}, {"weight_g"}),
        ({"material": "resin", "weight_g": "1", "x": "1"}, {"x"}),
        ({"material": ["resin", "resin"], "weight_g": "1"}, {"material"}),
    ]
    for query, fields in cases:
        assert set(wrong_fields(http.get(f"{API}/cost/preview", **query))) == fields, query
