"""One origin: what did not come through CloudFront is refused, and only its word on who asks counts."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from localstack_client.session import Session

from infra.http_client import HttpClient
from tests.steps import API, ok, refused

OLD, NEW = "old-key-" + "o" * 32, "new-key-" + "n" * 32


@pytest.fixture
def parameter(cloud: Session, restart_with: Callable[..., None]) -> str:
    """The application as on AWS, with two valid keys; one parameter a test, as its value is kept."""
    name = f"/printlab/{uuid.uuid4().hex}/origin-keys"
    cloud.client("ssm").put_parameter(Name=name, Value=f"{OLD},{NEW}", Type="SecureString")
    restart_with(PRINTLAB_ORIGIN_KEYS_PARAMETER=name)
    return name


@pytest.mark.usefixtures("parameter")
def test_the_way_past_cloudfront_is_closed(http: HttpClient) -> None:
    for client in (http, http.with_headers(X_Origin_Key=""), http.with_headers(X_Origin_Key="guess")):
        refused(client.get(f"{API}/health"), 403, "direct_access")
        refused(client.post(f"{API}/auth/login", {"workstation_id": "a", "password": "b"}), 403)
    refused(http.with_token("whatever").get(f"{API}/jobs"), 403, "direct_access")


@pytest.mark.usefixtures("parameter")
def test_every_key_of_the_list_opens(http: HttpClient) -> None:
    for key in (OLD, NEW):
        ok(http.with_headers(X_Origin_Key=key).get(f"{API}/health"))


@pytest.mark.usefixtures("parameter")
def test_limits_count_the_address_that_cloudfront_tells(http: HttpClient) -> None:
    wrong = {"workstation_id": "front-desk", "password": "wrong"}
    first = http.with_headers(X_Origin_Key=NEW, X_Client_Address="203.0.113.7")
    for _ in range(10):
        assert first.post(f"{API}/auth/login", wrong).status == 401
    refused(first.post(f"{API}/auth/login", wrong), 429)
    second = http.with_headers(X_Origin_Key=NEW, X_Client_Address="203.0.113.8")
    assert second.post(f"{API}/auth/login", wrong).status == 401


def test_without_cloudfront_nobody_is_believed(http: HttpClient) -> None:
    wrong = {"workstation_id": "front-desk", "password": "wrong"}
    for n in range(10):
        assert (
            http.with_headers(X_Client_Address=f"203.0.113.{n}").post(f"{API}/auth/login", wrong).status
            == 401
        )
    refused(http.with_headers(X_Client_Address="203.0.113.99").post(f"{API}/auth/login", wrong), 429)


def test_a_parameter_without_a_key_lets_nobody_in(
    cloud: Session, http: HttpClient, restart_with: Callable[..., None]
) -> None:
    name = f"/printlab/{uuid.uuid4().hex}/origin-keys"
    cloud.client("ssm").put_parameter(Name=name, Value=" , ", Type="SecureString")
    restart_with(PRINTLAB_ORIGIN_KEYS_PARAMETER=name)
    assert http.get(f"{API}/health").status >= 500
    assert http.with_headers(X_Origin_Key="").get(f"{API}/health").status >= 500
