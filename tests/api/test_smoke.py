"""The smoke test of a deployment holds for the local product, and notices what is broken."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from infra.smoke import Desk, Smoke, SmokeFailed, main
from tests.steps import SAM, password_of


@pytest.fixture
def pumping(pump: Pump) -> Iterator[None]:
    """The queue functions run by themselves."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            pump.step()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_from_outside(http: HttpClient) -> None:
    assert main([http.base_url]) == 0


@pytest.mark.usefixtures("pumping")
def test_a_whole_job(http: HttpClient, mailbox: Mailbox) -> None:
    desk = Desk("admin-desk", password_of("admin-desk"), SAM, "student@example.edu")

    def link() -> str:
        links: list[str] = mailbox.mails()[0]["links"]
        return next(each for each in links if "/confirm?" in each)

    Smoke(http.base_url).whole_job(desk, link)


@pytest.mark.usefixtures("pumping")
def test_a_try_that_failed_does_not_stand_in_the_way_of_the_next(http: HttpClient) -> None:
    desk = Desk("admin-desk", password_of("admin-desk"), SAM, "student@example.edu")

    def no_mail_came() -> str:
        raise SmokeFailed("no mail came")

    nobody = replace(desk, staff="Nobody")
    with pytest.raises(SmokeFailed, match="400 instead of 200"):
        Smoke(http.base_url).whole_job(nobody, no_mail_came)
    for _ in range(2):
        with pytest.raises(SmokeFailed, match="no mail came"):
            Smoke(http.base_url).whole_job(desk, no_mail_came)


def test_half_of_what_a_whole_job_needs_is_refused(http: HttpClient) -> None:
    with pytest.raises(SystemExit):
        main([http.base_url, "--staff", SAM])


def test_what_is_down_is_said(http: HttpClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["http://127.0.0.1:9"]) == 1
    assert "FAILED" in capsys.readouterr().err


def test_an_api_that_answers_past_cloudfront_is_found(http: HttpClient) -> None:
    with pytest.raises(SmokeFailed, match="own address answered 200"):
        Smoke(http.base_url, direct=http.base_url).direct_access_refused()
