"""What was given up and can be tried again: mails and dead letters."""

from __future__ import annotations

from chalicelib.api.admin_schemas import PageQuery
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import ByStaff
from chalicelib.api.views.operations import FailedMailPage, QueueList, Replayed, RetriedMail
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import giving_up

routes = Routes()


@routes.get("/admin/mail/failed", allow={Actor.ADMIN})
def list_failed_mail(call: Call, query: PageQuery) -> FailedMailPage:
    """Mails that were given up, latest first."""
    found = giving_up.failed_mails(query.page, query.limit)
    return FailedMailPage.of(found, query.page, query.limit)


@routes.post("/admin/mail/{mail_id}/retry", allow={Actor.ADMIN})
def retry_mail(call: Call, mail_id: str, form: ByStaff) -> RetriedMail:
    """Send a mail again that was given up, with all its attempts ahead."""
    mail = giving_up.retry_mail(mail_id, call.staff)
    return RetriedMail(id=mail.id, job_id=mail.job_id, email_type=mail.kind)


@routes.get("/admin/queues", allow={Actor.ADMIN})
def list_queues(call: Call) -> QueueList:
    """How full each queue is, and how many messages no function could handle."""
    return QueueList.of(giving_up.depths())


@routes.post("/admin/queues/{name}/replay", allow={Actor.ADMIN})
def replay_queue(call: Call, name: str, form: ByStaff) -> Replayed:
    """Put dead letters back into their queue, at most 100 a call."""
    return Replayed(queue=name, moved=giving_up.replay(name, call.staff))
