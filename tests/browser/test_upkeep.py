"""The administration's upkeep: overrides, archive and prune, audit, mail, payments, health."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from localstack_client.session import Session
from playwright.sync_api import Page, expect

from chalicelib.aws import counters, files, jobs
from chalicelib.config import settings
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import clock, retention
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import steps
from tests.api.post_office import OK, PostOffice
from tests.backlog import fill
from tests.browser.desks import HOSTILE, Look, Visit, acting, at_desk, form, send
from tests.nights import Nights, move, remove
from tests.steps import SAM


@pytest.fixture
def admin(http: HttpClient) -> HttpClient:
    """At the administrators' desk."""
    return steps.at(http, "admin-desk")


def count(status: Status) -> int:
    """How many jobs stand there."""
    return len(list(jobs.in_status(status)))


# --- overrides ----------------------------------------------------------------------------


def test_a_job_that_somebody_left_open_is_found_and_unlocked(
    visit: Visit, http: HttpClient, look: Look
) -> None:
    job = steps.submit(http, student_name=HOSTILE)
    steps.ok(steps.lock(steps.at(http, "second-desk"), job))
    page = at_desk(visit, "/admin?section=overrides")
    row = page.get_by_role("listitem").filter(has_text=HOSTILE)
    expect(row).to_contain_text(f"{SAM} on Second Desk")
    look(page, "admin-overrides-locked")
    row.get_by_role("button").click()
    dialog = acting(page)
    dialog.get_by_label("Reason").fill("Went home")
    send(dialog)
    expect(page.get_by_text("No job is open anywhere.")).to_be_visible()
    steps.ok(steps.lock(steps.at(http, "front-desk"), job))


# --- archive and prune ----------------------------------------------------------------------


def panel(page: Page, title: str) -> None:
    """Show what is due."""
    page.get_by_label("Performing action as").select_option(SAM)
    section = page.locator(".section-panel", has=page.get_by_role("heading", name=title, exact=True))
    section.get_by_role("button", name="Show what is due").click()


def test_archiving_shows_first_what_it_would_do(visit: Visit, look: Look) -> None:
    fill(Status.PAIDPICKEDUP, 3, days=50)
    fill(Status.REJECTED, 1, days=10)
    page = at_desk(visit, "/admin?section=retention")
    panel(page, "Archive")
    due = page.get_by_text(re.compile("^3 jobs would be archived"))
    expect(due).to_contain_text("Their files take")
    assert count(Status.PAIDPICKEDUP) == 3  # nothing has happened yet
    look(page, "admin-archive-preview")
    send(form(page, "Archive 3 jobs…"))
    expect(page.get_by_text("3 of 3 jobs archived.")).to_be_visible()
    assert (count(Status.ARCHIVED), count(Status.REJECTED)) == (3, 1)
    panel(page, "Archive")
    expect(page.get_by_text("Nothing is due: no job has stood there for 45 days.")).to_be_visible()


def test_what_does_not_fit_into_one_request_goes_on_by_itself(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "REQUEST_S", 0.8)
    fill(Status.REJECTED, 60, days=50)
    page = at_desk(visit, "/admin?section=retention")
    panel(page, "Archive")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "archive" in answer.url else None)
    send(form(page, "Archive 60 jobs…"))
    expect(page.get_by_text("60 of 60 jobs archived.")).to_be_visible(timeout=60_000)
    assert len(answers) > 1
    assert set(answers) == {200}
    assert count(Status.ARCHIVED) == 60


def test_pruning_wants_the_number_typed(visit: Visit, look: Look) -> None:
    fill(Status.ARCHIVED, 2, days=400)
    page = at_desk(visit, "/admin?section=retention", phone=True, dark=True)
    days = page.get_by_label("Days in the archive")
    days.fill("none")
    expect(page.get_by_text("A whole number from 1 to 3,650.")).to_be_visible()
    days.fill("365")
    panel(page, "Prune")
    dialog = form(page, "Prune 2 jobs…")
    remove = dialog.get_by_role("button", name="Remove 2 jobs")
    dialog.get_by_label(re.compile("Type the number")).fill("3")
    expect(remove).to_be_disabled()
    look(page, "admin-prune-confirm-phone-dark")
    dialog.get_by_label(re.compile("Type the number")).fill("2")
    send(dialog)
    expect(page.get_by_text("2 of 2 jobs removed for good.")).to_be_visible()
    assert count(Status.ARCHIVED) == 0


# --- audit --------------------------------------------------------------------------------


def test_an_audit_is_started_and_followed_to_its_end(visit: Visit, pump: Pump, look: Look) -> None:
    page = at_desk(visit, "/admin?section=audit")
    expect(page.get_by_role("heading", name="No audit has been made yet")).to_be_visible()
    send(form(page, "Start an audit…"))
    expect(page.get_by_role("heading", name="An audit is running")).to_be_visible()
    look(page, "admin-audit-running")
    while pump.step():
        pass
    expect(page.get_by_role("heading", name="The last audit found nothing")).to_be_visible()
    expect(page.get_by_text(f"by {SAM}")).to_be_visible()


def test_what_an_audit_found_is_mended(
    visit: Visit, admin: HttpClient, scheduler: Scheduler, pump: Pump, look: Look
) -> None:
    moved, lost = fill(Status.COMPLETED, 2, days=3)
    move(moved.original_key, f"Printing/{moved.original_name}")
    aside = f"{filenames.ORPHANED}/{clock.now():%Y-%m-%d}/{lost.original_key}"
    files.put(aside, files.read(lost.original_key), "model/stl")
    remove(lost.original_key)
    counters.correct({Status.REJECTED: 5}, 0)
    for name in ("one", "two", HOSTILE.replace("/", "")):
        files.put(f"Rejected/{name}.stl", b"whose?", "model/stl")
    Nights(admin, scheduler, pump).audit()
    page = at_desk(visit, "/admin?section=audit")
    expect(page.get_by_role("heading", name="The last audit found 6 things")).to_be_visible()
    look(page, "admin-audit-findings")
    dialog = form(page, re.compile("^Bring to folder"))
    expect(dialog).to_contain_text("come into the folder of its status")
    look(page, "admin-audit-repair")
    send(dialog)
    expect(page.get_by_text(f"Mended by {SAM}")).to_have_count(1)
    send(form(page, re.compile("^Bring back")))
    expect(page.get_by_text(f"Mended by {SAM}")).to_have_count(2)
    send(form(page, re.compile("^Count again")))
    expect(page.get_by_text(f"Mended by {SAM}")).to_have_count(3)
    assert files.head(moved.original_key)
    assert files.head(lost.original_key)
    page.get_by_role("button", name=re.compile("^Files of no job")).click()
    send(form(page, "Put aside: all open ones…"))
    expect(page.get_by_text(f"Mended by {SAM}")).to_have_count(3)
    expect(page.locator("#toasts")).to_contain_text("3 findings mended.")
    assert not list(files.versions("Rejected/"))


# --- mail ---------------------------------------------------------------------------------


def test_a_mail_that_was_given_up_is_sent_again(
    visit: Visit, http: HttpClient, post_office: PostOffice, pump: Pump, look: Look
) -> None:
    post_office.recipients = "550 no such user here"
    job = steps.submit(http)
    pump.step()
    post_office.recipients = OK
    page = at_desk(visit, "/admin?section=mail")
    expect(page.get_by_role("heading", name="1 mail given up")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=job["short_id"])).to_contain_text("550")
    look(page, "admin-mail-failed")
    send(form(page, re.compile("^Retry the receipt mail")))
    expect(page.get_by_role("heading", name="No mail was given up")).to_be_visible()
    pump.step()
    assert len(post_office.seen) == 1


def test_a_test_mail_tells_what_the_server_says(visit: Visit, mailbox: Mailbox, look: Look) -> None:
    page = at_desk(visit, "/admin?section=mail")
    dialog = form(page, "Send a test mail…")
    dialog.get_by_label("To", exact=True).fill("nobody")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("Please give an e-mail address")
    expect(dialog.get_by_label("To", exact=True)).to_be_focused()
    look(page, "admin-mail-test-wrong")
    dialog.get_by_label("To", exact=True).fill("ops@example.edu")
    send(dialog)
    expect(page.get_by_text(re.compile("^Accepted in"))).to_be_visible()
    assert mailbox.mails()[0]["to"] == "ops@example.edu"


def test_dead_letters_are_replayed(visit: Visit, cloud: Session) -> None:
    queue = cloud.client("sqs")
    url = queue.get_queue_url(QueueName=settings().queue("models-dead"))["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody='{"id": "0"}')
    page = at_desk(visit, "/admin?section=mail")
    expect(page.get_by_text("1 put aside")).to_be_visible()
    send(form(page, "Replay models…"))
    expect(page.locator("#toasts")).to_contain_text("1 message replayed.")


# --- payments -----------------------------------------------------------------------------


@pytest.fixture
def paid(http: HttpClient) -> None:
    """A job that was paid today."""
    desk, job = steps.at(http, "front-desk"), steps.submit(http)
    steps.to_status(desk, job, Status.COMPLETED)
    steps.ok(steps.lock(desk, job))
    steps.ok(steps.act(desk, job, Action.PAYMENT, picked_up_by="=1+1"))


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize("kind", ["CSV", "Excel workbook"])
def test_payments_are_taken_out_as_a_file(visit: Visit, kind: str, tmp_path: Path, look: Look) -> None:
    page = at_desk(visit, "/admin?section=payments")
    page.get_by_label("Last day").fill("2020-01-01")
    expect(page.get_by_text("The last day is before the first.")).to_be_visible()
    page.get_by_role("button", name="This month").click()
    page.get_by_label(kind).check()
    dialog = form(page, "Export…")
    look(page, f"admin-payments-{kind[:3].lower()}")
    with page.expect_download() as download:
        send(dialog)
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    if kind == "CSV":
        rows = list(csv.reader(io.StringIO(saved.read_text("utf-8-sig"))))
        assert "'=1+1" in rows[1]
        assert rows[-1][0] == "Total"
    else:
        assert ZipFile(saved).testzip() is None


# --- health -------------------------------------------------------------------------------


def test_an_alert_says_what_to_do(visit: Visit, http: HttpClient, scheduler: Scheduler, look: Look) -> None:
    job = steps.submit(http)
    steps.rewrite(job["id"], created_at=clock.now() - timedelta(days=5))
    for minutes in (5, 0):
        scheduler.run_once("sample_health", clock.now().replace(microsecond=0) - timedelta(minutes=minutes))
    page = at_desk(visit, "/admin?section=health")
    alert = page.locator(".notice", has_text="What to do:").first
    expect(alert).to_contain_text("docs/runbook.md#")
    expect(page.get_by_role("heading", name="Components", exact=True)).to_be_visible()
    expect(page.locator("time-chart canvas")).to_have_count(2)
    page.get_by_text("Configuration").click()
    expect(page.get_by_text("printlab-local-*").first).to_be_visible()
    page.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
    look(page, "admin-health-alert")


def test_a_mail_server_that_is_down_is_named(
    visit: Visit, restart_with: Callable[..., None], look: Look
) -> None:
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    page = at_desk(visit, "/admin?section=health", phone=True)
    mail = page.get_by_role("listitem").filter(has_text="mail").filter(has_text="ms")
    expect(mail).to_contain_text("down")
    expect(page.get_by_role("alert").first).to_contain_text("What to do: Look below which component it is.")
    look(page, "admin-health-down-phone")


def test_the_lab_pcs_say_how_they_are(visit: Visit, http: HttpClient, look: Look) -> None:
    said = {
        "share_id": "share",
        "instance": "one",
        "version": "1.0",
        "hostname": "LAB-<PC>",
        "pending_uploads": 2,
    }
    steps.ok(
        steps.at(http, "lab-pc").post(
            f"{steps.API}/sync/heartbeat", {**said, "errors": ["gear.gcode is open"]}
        )
    )
    page = at_desk(visit, "/admin?section=health")
    agent = page.get_by_role("listitem").filter(has_text="lab-pc")
    expect(agent).to_contain_text("LAB-<PC>, agent 1.0. 2 uploads to go.")
    expect(agent).to_contain_text("gear.gcode is open")
    expect(agent).to_contain_text("leads at share")
    look(page, "admin-health-agents")
