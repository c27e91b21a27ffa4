"""What staff see of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from pydantic import BaseModel

from chalicelib.api.views.common import Time, cents, dollars, print_facts
from chalicelib.api.views.history import EventView
from chalicelib.api.views.models import MeshError, MeshFacts
from chalicelib.aws import documents, payments, tables
from chalicelib.domain import lifecycle, locks
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.domain.lifecycle import Action, Actor, Status
from chalicelib.domain.locks import Lock
from chalicelib.domain.pricing import usd
from chalicelib.services import clock, history, job_files
from chalicelib.services.sessions import LoggedIn

ThumbnailState = Literal["pending", "ready", "failed"]
Doubt = Literal["unit", "size"]


class LockView(BaseModel):
    """Who has a job open; `mine` for the workstation that asks."""

    locked_by: str
    locked_until: Time
    workstation: str
    workstation_name: str
    mine: bool

    @classmethod
    def of(cls, lock: Lock, holder: str) -> LockView:
        """From a lock that is held now."""
        return cls(
            locked_by=lock.staff,
            locked_until=lock.until,
            workstation=lock.holder,
            workstation_name=lock.place,
            mine=lock.holder == holder,
        )


class ConfirmationState(BaseModel):
    """How the student's confirmation stands."""

    confirmed_at: Time | None
    expires_at: Time | None
    expired: bool
    last_sent_at: Time | None


class ThumbnailView(BaseModel):
    """pending, ready or failed; `url` when it can be shown."""

    state: ThumbnailState
    url: str | None


class NoteView(BaseModel):
    """One entry of the notes."""

    at: Time
    staff_name: str
    text: str


class PaymentView(BaseModel):
    """The job's last payment, voided or not."""

    grams: float
    price_cents: int
    price_usd: str
    txn_no: str
    picked_up_by: str
    paid_ts: Time
    paid_by_staff: str
    voided: bool

    @classmethod
    def of(cls, payment: tables.Payment) -> PaymentView:
        """From the table's row."""
        return cls(
            grams=float(payment.grams),
            price_cents=int(payment.price_cents),
            price_usd=usd(int(payment.price_cents)),
            txn_no=payment.txn_no,
            picked_up_by=payment.picked_up_by,
            paid_ts=payment.paid_ts,
            paid_by_staff=payment.paid_by_staff,
            voided=payment.voided,
        )


@dataclass(frozen=True)
class Viewer:
    """Who looks, and what is needed to say what they may do. One for a whole list."""

    actor: Actor
    workstation: str
    catalog: Catalog
    settings: LabSettings
    now: datetime

    @classmethod
    def at(cls, session: LoggedIn) -> Viewer:
        """The viewer of a session, with the catalog and settings of this moment."""
        catalog, settings = documents.catalog_and_settings()
        return cls(session.actor, session.workstation.id, catalog, settings, clock.now())


class JobCard(BaseModel):
    """A job as the dashboard's list shows it; `actions` is what this workstation may do now.

    `doubts`: what to look at before a price goes to the student, the model's unit or its size on the printer.
    """

    id: str
    short_id: str
    status: Status
    status_label: str
    folder: str
    student_name: str
    student_email: str
    discipline: str
    class_number: str
    display_name: str
    original_filename: str
    method: str
    printer: str
    printer_name: str
    color: str
    material: str | None
    material_name: str | None
    weight_g: float | None
    time_hours: float | None
    cost_cents: int | None
    cost_usd: str | None
    paid_cents: int | None
    paid_usd: str | None
    failed_prints: int
    doubts: list[Doubt]
    created_at: Time
    updated_at: Time
    status_entered_at: Time
    staff_viewed_at: Time | None
    reviewed: bool
    last_updated_by: str | None
    notes_count: int
    confirmation: ConfirmationState
    lock: LockView | None
    thumbnail: ThumbnailView
    revert_until: Time | None
    actions: list[Action]

    @classmethod
    def of(cls, job: tables.Job, viewer: Viewer) -> JobCard:
        """From a job or its row in the index."""
        return cls(**_card(job, viewer))


class JobView(JobCard):
    """A job with everything that staff may know of it."""

    file_hash: str
    file_size: int
    file_key: str
    authoritative_filename: str
    reject_reasons: list[str]
    custom_reason: str | None
    mesh: MeshFacts | None
    mesh_error: MeshError | None
    notes: list[NoteView]
    payment: PaymentView | None
    parent_job_id: str | None
    events: list[EventView]

    @classmethod
    def of(cls, job: tables.Job, viewer: Viewer) -> JobView:
        """From the job, its events and its last payment."""
        payment = payments.latest(job.id)
        return cls(
            **_card(job, viewer),
            file_hash=job.file_hash,
            file_size=int(job.file_size),
            file_key=job.file_key,
            authoritative_filename=job.authoritative_filename,
            reject_reasons=list(job.reject_reasons or []),
            custom_reason=job.custom_reason,
            mesh=job.mesh,
            mesh_error=job.mesh_error,
            notes=[NoteView(**note) for note in reversed(job.notes or [])],
            payment=PaymentView.of(payment) if payment else None,
            parent_job_id=job.parent_job_id,
            events=EventView.all_of(history.of_job(job.id).events),
        )


def show(session: LoggedIn, job: tables.Job) -> JobView:
    """The whole job for the workstation that asks."""
    return JobView.of(job, Viewer.at(session))


class JobsPage(BaseModel):
    """A page of the list: of `total` jobs in the tab, `filtered` match."""

    jobs: list[JobCard]
    page: int
    limit: int
    total: int
    filtered: int
    next_cursor: str | None


class CountsView(BaseModel):
    """Jobs per status."""

    counts: dict[Status, int]
    total: int


def _card(job: tables.Job, viewer: Viewer) -> dict[str, Any]:
    lock = job.lock if job.lock and job.lock.held_at(viewer.now) else None
    revert_until = _revert_until(job, viewer)
    paid = cents(job.paid_cents)
    return {
        **print_facts(job, viewer.catalog),
        "id": job.id,
        "folder": job.status.folder,
        "student_name": job.student_name,
        "student_email": job.student_email,
        "discipline": job.discipline,
        "class_number": job.class_number,
        "original_filename": job.original_filename,
        "printer": job.printer,
        "paid_cents": paid,
        "paid_usd": dollars(paid),
        "failed_prints": int(job.failed_prints or 0),
        "doubts": _doubts(job),
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "status_entered_at": job.status_entered_at,
        "staff_viewed_at": job.staff_viewed_at,
        "reviewed": job.staff_viewed_at is not None,
        "last_updated_by": job.last_updated_by,
        "notes_count": int(job.notes_count or 0),
        "confirmation": ConfirmationState(
            confirmed_at=job.confirmed_at,
            expires_at=job.confirm_expires_at,
            expired=bool(job.is_confirmation_expired),
            last_sent_at=job.confirmation_last_sent_at,
        ),
        "lock": LockView.of(lock, viewer.workstation) if lock else None,
        "thumbnail": _thumbnail(job),
        "revert_until": revert_until,
        "actions": list(
            lifecycle.actions_for(
                job.status,
                viewer.actor,
                reviewed=job.staff_viewed_at is not None,
                revert_open=revert_until is not None,
                lock_free=not locks.blocks(lock, viewer.workstation, viewer.now),
            )
        ),
    }


def _doubts(job: tables.Job) -> list[Doubt]:
    """What the analysis found, held against the printer of the moment."""
    found: dict[Doubt, bool] = {
        "unit": bool(job.unit_suspected),
        "size": job.printer in (job.too_large_for or []),
    }
    return [doubt for doubt, holds in found.items() if holds]


def _revert_until(job: tables.Job, viewer: Viewer) -> datetime | None:
    """The end of the revert window while it is open."""
    if not any(job.status in lifecycle.RULES[action].sources for action in lifecycle.REVERTS):
        return None
    until = job.status_entered_at + timedelta(minutes=viewer.settings.revert_window_minutes)
    return until if viewer.now < until else None


def _thumbnail(job: tables.Job) -> ThumbnailView:
    ready = job.thumbnail_state == "ready"
    state = cast(ThumbnailState, job.thumbnail_state)
    return ThumbnailView(state=state, url=job_files.thumbnail_link(job.id) if ready else None)
