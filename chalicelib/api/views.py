"""What the API answers: one model per shape, each with the one function that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, PlainSerializer

from chalicelib.aws import documents, events, payments, tables
from chalicelib.domain import catalog as catalogs
from chalicelib.domain import filenames, lifecycle, locks
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.domain.lifecycle import Actor, Status
from chalicelib.domain.locks import Lock
from chalicelib.domain.pricing import usd
from chalicelib.domain.submissions import DISCIPLINES, MAX_FILE_BYTES, MIN_FILE_BYTES
from chalicelib.services import clock, confirmations, job_files, sessions, tracking
from chalicelib.services.sessions import LoggedIn

Time = Annotated[
    datetime,
    PlainSerializer(
        lambda t: t.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        return_type=str,
    ),
]


class Done(BaseModel):
    """It is done; there is nothing more to say."""


class Message(BaseModel):
    """It is done, in words for the person who asked."""

    message: str
    next_allowed_at: Time | None = None


class Deleted(BaseModel):
    """The id of what is gone."""

    deleted: str


class WorkstationView(BaseModel):
    """A computer that is logged in."""

    id: str
    display_name: str
    role: str
    share_path: str

    @classmethod
    def of(cls, workstation: tables.Workstation) -> WorkstationView:
        """From the table's row, without its password."""
        return cls(
            id=workstation.id,
            display_name=workstation.display_name,
            role=workstation.role,
            share_path=workstation.share_path,
        )


class SessionView(BaseModel):
    """A session; `token` only in the answer to a login."""

    workstation: WorkstationView
    expires_at: Time
    token: str | None = None

    @classmethod
    def of(cls, session: LoggedIn, token: str | None = None) -> SessionView:
        """From a valid session."""
        return cls(
            workstation=WorkstationView.of(session.workstation), expires_at=session.expires_at, token=token
        )


class HealthView(BaseModel):
    """`status` is ok or degraded; `components` says of each whether it is ok or down."""

    status: str
    components: dict[str, str]


class MethodView(BaseModel):
    """A way of printing."""

    id: str
    description: str


class PrinterView(BaseModel):
    """A machine; build volume as width, depth, height in mm."""

    id: str
    name: str
    methods: list[str]
    build_volume_mm: list[float]
    active: bool


class MaterialView(BaseModel):
    """A material and its colours on the shelf."""

    id: str
    name: str
    method: str
    price_per_gram_cents: float
    colors: list[str]
    active: bool


class CatalogView(BaseModel):
    """The offer, and the limits that a form needs to know."""

    version: int
    methods: list[MethodView]
    printers: list[PrinterView]
    materials: list[MaterialView]
    minimum_charge_cents: int
    disciplines: list[str]
    min_file_bytes: int
    max_file_bytes: int
    extensions: list[str]

    @classmethod
    def of(cls, catalog: catalogs.Catalog, settings: LabSettings) -> CatalogView:
        """From the current catalog and settings."""
        return cls(
            version=catalog.version,
            methods=[MethodView(**vars(m)) for m in catalog.methods],
            printers=[
                PrinterView(
                    id=p.id,
                    name=p.name,
                    methods=list(p.methods),
                    build_volume_mm=list(p.build_volume_mm),
                    active=p.active,
                )
                for p in catalog.printers
            ],
            materials=[
                MaterialView(
                    id=m.id,
                    name=m.name,
                    method=m.method,
                    price_per_gram_cents=float(m.price_per_gram_cents),
                    colors=list(m.colors),
                    active=m.active,
                )
                for m in catalog.materials
            ],
            minimum_charge_cents=settings.minimum_charge_cents,
            disciplines=list(DISCIPLINES),
            min_file_bytes=MIN_FILE_BYTES,
            max_file_bytes=MAX_FILE_BYTES,
            extensions=list(filenames.MODEL_EXTENSIONS),
        )


class CatalogVersion(BaseModel):
    """The number that grows with every change of the catalog."""

    version: int


class CostView(BaseModel):
    """A price; `minimum_applied` when the weight alone would cost less."""

    cost_cents: int
    cost_usd: str
    minimum_applied: bool


class PresignedPost(BaseModel):
    """A form that stores a file: POST all `fields`, then the file as `file`, to `url`."""

    url: str
    fields: dict[str, str]


class UploadView(BaseModel):
    """Where to send the announced file, and until when."""

    upload_id: str
    expires_at: Time
    post: PresignedPost


class SubmittedJob(BaseModel):
    """What a student learns of the new job."""

    id: str
    short_id: str
    display_name: str
    status: Status
    status_label: str
    tracking_url: str
    created_at: Time

    @classmethod
    def of(cls, job: tables.Job) -> SubmittedJob:
        """From the job just made."""
        return cls(
            id=job.id,
            short_id=job.short_id,
            display_name=job.display_name,
            status=job.status,
            status_label=job.status.label,
            tracking_url=tracking.link(job.id),
            created_at=job.created_at,
        )


class ConfirmView(BaseModel):
    """What the student is asked to confirm, or has confirmed."""

    job_id: str
    short_id: str
    student_name: str
    display_name: str
    original_filename: str
    method: str
    printer_name: str
    color: str
    material: str | None
    weight_g: float | None
    time_hours: float | None
    cost_cents: int | None
    cost_usd: str | None
    status: Status
    status_label: str
    already_confirmed: bool
    expires_at: Time | None

    @classmethod
    def of(cls, job: tables.Job, already_confirmed: bool) -> ConfirmView:
        """From the job that the link names."""
        return cls(
            job_id=job.id,
            student_name=job.student_name,
            original_filename=job.original_filename,
            already_confirmed=already_confirmed,
            expires_at=job.confirm_expires_at,
            **_common(job, documents.catalog()),
        )


class ExpiredView(BaseModel):
    """What the page behind an expired link needs."""

    job_id: str
    short_id: str
    awaiting_confirmation: bool
    next_resend_at: Time | None

    @classmethod
    def of(cls, job: tables.Job) -> ExpiredView:
        """From the job."""
        return cls(
            job_id=job.id,
            short_id=job.short_id,
            awaiting_confirmation=job.status is Status.PENDING,
            next_resend_at=confirmations.next_resend(job),
        )


class TrackStep(BaseModel):
    """One station on the way."""

    status: Status
    status_label: str
    at: Time | None
    current: bool


class TrackView(BaseModel):
    """Where a student's job is."""

    short_id: str
    display_name: str
    status: Status
    status_label: str
    created_at: Time
    cost_cents: int | None
    cost_usd: str | None
    timeline: list[TrackStep]
    queue_position: int | None
    reject_reasons: list[str]
    message: str

    @classmethod
    def of(cls, tracked: tracking.Tracked) -> TrackView:
        """From what a student may know."""
        job = tracked.job
        cost = _cents(job.cost_cents)
        return cls(
            short_id=job.short_id,
            display_name=job.display_name,
            status=job.status,
            status_label=job.status.label,
            created_at=job.created_at,
            cost_cents=cost,
            cost_usd=_usd(cost),
            timeline=[
                TrackStep(status=s.status, status_label=s.status.label, at=s.at, current=s.current)
                for s in tracked.steps
            ],
            queue_position=tracked.queue_position,
            reject_reasons=_reasons(job),
            message=tracked.message,
        )


class LockView(BaseModel):
    """Who has a job open; `mine` for the workstation that asks."""

    locked_by: str
    locked_until: Time
    workstation: str
    mine: bool

    @classmethod
    def of(cls, lock: Lock, holder: str) -> LockView:
        """From a lock that is held now."""
        return cls(
            locked_by=lock.staff,
            locked_until=lock.until,
            workstation=lock.holder,
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

    state: str
    url: str | None


class EventView(BaseModel):
    """One entry of a job's history."""

    id: str
    job_id: str
    timestamp: Time
    event_type: str
    details: dict[str, Any]
    triggered_by: str
    workstation_id: str | None

    @classmethod
    def of(cls, event: tables.Event) -> EventView:
        """From the table's row."""
        return cls(
            id=event.id,
            job_id=event.job_id,
            timestamp=event.timestamp,
            event_type=event.event_type,
            details=event.details,
            triggered_by=event.triggered_by,
            workstation_id=event.workstation_id,
        )


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
    catalog: catalogs.Catalog
    settings: LabSettings
    now: datetime

    @classmethod
    def at(cls, session: LoggedIn) -> Viewer:
        """The viewer of a session, with the catalog and settings of this moment."""
        return cls(
            session.actor,
            session.workstation.id,
            documents.catalog(),
            documents.lab_settings(),
            clock.now(),
        )


class JobCard(BaseModel):
    """A job as the dashboard's list shows it; `actions` is what this workstation may do now."""

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
    weight_g: float | None
    time_hours: float | None
    cost_cents: int | None
    cost_usd: str | None
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
    actions: list[str]

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
    mesh: dict[str, Any] | None
    mesh_error: dict[str, Any] | None
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
            events=[EventView.of(event) for event in events.of_job(job.id)],
        )


def show(session: LoggedIn, job: tables.Job) -> JobView:
    """The whole job for the workstation that asks."""
    return JobView.of(job, Viewer.at(session))


class JobsPage(BaseModel):
    """A page of the list."""

    jobs: list[JobCard]
    page: int
    limit: int
    total: int
    next_cursor: str | None


class CountsView(BaseModel):
    """Jobs per status."""

    counts: dict[Status, int]
    total: int


class EventList(BaseModel):
    """A job's history, oldest first."""

    events: list[EventView]


class CandidateView(BaseModel):
    """A file that could be printed; size in bytes."""

    name: str
    size: int
    modified_at: Time
    is_original: bool
    recommended: bool


class CandidateList(BaseModel):
    """The job's files, and the one that the form selects."""

    files: list[CandidateView]
    recommended: str | None

    @classmethod
    def of(cls, files: list[filenames.Candidate]) -> CandidateList:
        """From the files in the job's folder."""
        best = filenames.recommended(files)
        return cls(
            files=[CandidateView(**vars(file), recommended=file.name == best) for file in files],
            recommended=best,
        )


class FileLink(BaseModel):
    """A download that ends."""

    url: str
    expires_at: Time


class StaffView(BaseModel):
    """A name that actions are attributed to; `is_new` while it is highlighted."""

    name: str
    is_active: bool
    added_at: Time
    deactivated_at: Time | None
    is_new: bool

    @classmethod
    def of(cls, member: tables.StaffMember) -> StaffView:
        """From the table's row."""
        return cls(
            name=member.name,
            is_active=member.is_active,
            added_at=member.added_at,
            deactivated_at=member.deactivated_at,
            is_new=sessions.is_new(member),
        )


class StaffList(BaseModel):
    """Staff members by name."""

    staff: list[StaffView]


def _cents(value: float | None) -> int | None:
    return None if value is None else int(value)


def _usd(cents: int | None) -> str | None:
    return None if cents is None else usd(cents)


def _reasons(job: tables.Job) -> list[str]:
    return [*(job.reject_reasons or []), *([job.custom_reason] if job.custom_reason else [])]


def _common(job: tables.Job, catalog: catalogs.Catalog) -> dict[str, Any]:
    """What students and staff both see of a job's print."""
    printer = catalog.printer(job.printer)
    cost = _cents(job.cost_cents)
    return {
        "short_id": job.short_id,
        "display_name": job.display_name,
        "method": job.method,
        "printer_name": printer.name if printer else job.printer,
        "color": job.color,
        "material": job.material,
        "weight_g": None if job.weight_g is None else float(job.weight_g),
        "time_hours": None if job.time_hours is None else float(job.time_hours),
        "cost_cents": cost,
        "cost_usd": _usd(cost),
        "status": job.status,
        "status_label": job.status.label,
    }


def _card(job: tables.Job, viewer: Viewer) -> dict[str, Any]:
    lock = job.lock if job.lock and job.lock.held_at(viewer.now) else None
    revert_until = _revert_until(job, viewer)
    return {
        **_common(job, viewer.catalog),
        "id": job.id,
        "folder": job.status.folder,
        "student_name": job.student_name,
        "student_email": job.student_email,
        "discipline": job.discipline,
        "class_number": job.class_number,
        "original_filename": job.original_filename,
        "printer": job.printer,
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
        "actions": [
            action.value
            for action in lifecycle.actions_for(
                job.status,
                viewer.actor,
                reviewed=job.staff_viewed_at is not None,
                revert_open=revert_until is not None,
                lock_free=not locks.blocks(lock, viewer.workstation, viewer.now),
            )
        ],
    }


def _revert_until(job: tables.Job, viewer: Viewer) -> datetime | None:
    """The end of the revert window while it is open."""
    if not any(job.status in lifecycle.RULES[action].sources for action in lifecycle.REVERTS):
        return None
    until = job.status_entered_at + timedelta(minutes=viewer.settings.revert_window_minutes)
    return until if viewer.now < until else None


def _thumbnail(job: tables.Job) -> ThumbnailView:
    ready = job.thumbnail_state == "ready"
    return ThumbnailView(state=job.thumbnail_state, url=job_files.thumbnail_link(job.id) if ready else None)
