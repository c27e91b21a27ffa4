"""What staff are told to look at, and since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.aws import watch
from chalicelib.aws.tables import ConfigDocument, OutboxMessage, Watch
from chalicelib.domain.schedules import LONGEST_PAUSE
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.api.mails import delivered
from tests.api.post_office import PostOffice
from tests.api.watch import alerts, forget_samples, monitoring, now
from tests.steps import API, SAM, ok, rewrite, submit


def test_a_lab_that_is_well_has_no_alerts(staff: HttpClient, running: None) -> None:
    assert alerts(staff) == {}


def test_a_watch_that_never_ran_is_an_alert_but_not_in_a_new_lab(staff: HttpClient) -> None:
    assert alerts(staff) == {}
    ConfigDocument("catalog#000001").update(
        actions=[ConfigDocument.updated_at.set(now() - timedelta(hours=1))]
    )
    (alert,) = alerts(staff).values()
    assert (alert["id"], alert["severity"]) == ("schedule-late:sample_health", "critical")
    assert alert["runbook"] == "docs/runbook.md#schedule-late"


def test_schedules_that_stopped_are_alerts(staff: HttpClient, running: None) -> None:
    for name in LONGEST_PAUSE:
        watch.ran(name, now() - timedelta(days=2), 1)
    assert set(alerts(staff)) == {f"schedule-late:{name}" for name in LONGEST_PAUSE}


def test_a_schedule_that_never_ran_is_expected_from_the_first_sample_on(
    staff: HttpClient, scheduler: Scheduler
) -> None:
    scheduler.run_once("sample_health", now() - timedelta(days=2))
    late = alerts(staff)
    assert set(late) == {f"schedule-late:{name}" for name in LONGEST_PAUSE if name != "sample_health"}
    assert late["schedule-late:sweep"]["message"] == "sweep has never run yet."


def test_mail_that_does_not_go_out(
    http: HttpClient, staff: HttpClient, running: None, post_office: PostOffice, pump: Pump
) -> None:
    post_office.data = "451 try again later"
    job = submit(http)
    pump.step()
    assert alerts(staff) == {}
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    message.update(actions=[OutboxMessage.created_at.set(now() - timedelta(minutes=40))])
    (alert,) = alerts(staff).values()
    assert (alert["id"], alert["severity"]) == ("mail-late", "critical")
    assert now() - datetime.fromisoformat(alert["since"]) >= timedelta(minutes=10)


def test_a_mail_that_was_given_up_is_an_alert_until_it_is_retried(
    http: HttpClient, staff: HttpClient, admin: HttpClient, running: None, post_office: PostOffice, pump: Pump
) -> None:
    post_office.recipients = "550 no such user here"
    job = submit(http)
    pump.step()
    (alert,) = alerts(staff).values()
    assert (alert["id"], alert["type"]) == ("mail-failed", "mail-failed")
    ok(admin.post(f"{API}/admin/mail/{job['id']}.receipt.1/retry", {"staff_name": SAM}))
    assert alerts(staff) == {}


def test_a_student_who_waits_too_long(http: HttpClient, staff: HttpClient, running: None) -> None:
    job = submit(http)
    assert alerts(staff) == {}
    rewrite(job["id"], created_at=now() - timedelta(days=4))
    assert alerts(staff)["jobs-unreviewed"]["severity"] == "info"


def test_an_alert_keeps_its_begin(
    staff: HttpClient, running: None, scheduler: Scheduler, restart_with: Callable[..., None]
) -> None:
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    forget_samples()
    begin = now() - timedelta(minutes=9)
    for minutes in (0, 5):
        scheduler.run_once("sample_health", begin + timedelta(minutes=minutes))
    (alert,) = alerts(staff).values()
    assert alert["id"] == "component-down:mail"
    assert datetime.fromisoformat(alert["since"]) == begin


def test_a_new_alert_does_not_inherit_an_old_begin(
    staff: HttpClient, running: None, restart_with: Callable[..., None]
) -> None:
    long_ago = now() - timedelta(days=1)
    forget_samples()
    watch.remember(long_ago, {}, {"component-down:mail": long_ago})
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    since = datetime.fromisoformat(alerts(staff)["component-down:mail"]["since"])
    assert now() - since < timedelta(minutes=1)


def test_watching_changes_nothing_for_students(
    http: HttpClient, staff: HttpClient, running: None, mailbox: Mailbox, pump: Pump
) -> None:
    submit(http)
    for page in ("alerts", "metrics/all", "history"):
        monitoring(staff, page)
    assert len(delivered(mailbox, pump)) == 1


def test_backups_that_stopped_are_critical_where_a_place_is_configured(
    staff: HttpClient, running: None, restart_with: Callable[..., None]
) -> None:
    watch.backed_up("x", now() - timedelta(hours=37), 1, {})
    assert alerts(staff)["backup-late"]["severity"] == "warning"
    restart_with(PRINTLAB_BACKUPS="s3://lab-backups/nightly")
    assert alerts(staff)["backup-late"]["severity"] == "critical"


def test_a_lab_that_moved_in_has_a_night_for_its_first_backup(staff: HttpClient) -> None:
    long_ago = ConfigDocument.updated_at.set(now() - timedelta(days=300))
    ConfigDocument("catalog#000001").update(actions=[long_ago])
    assert "backup-late" in alerts(staff)
    watch.expect("back_up", now() - timedelta(hours=35))
    assert "backup-late" not in alerts(staff)
    Watch(kind="run", id="back_up").delete()
    watch.expect("back_up", now() - timedelta(hours=37))
    assert "backup-late" in alerts(staff)
