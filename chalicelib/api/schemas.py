"""What callers may send: exact types, no unknown fields, bounded strings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.lifecycle import Status
from chalicelib.services.ordering import Sort

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Filename = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Grams = Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=3)]
Hours = Annotated[Decimal, Field(gt=0, le=2_000, decimal_places=4)]


class Body(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid")


class Login(Body):
    """A workstation's credentials."""

    workstation_id: Id
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Nothing(Body):
    """An empty body."""


class SubmissionForm(Body):
    """The student's form. What goes together is checked against the catalog."""

    student_name: Annotated[str, StringConstraints(max_length=200)]
    student_email: Annotated[str, StringConstraints(max_length=200)]
    discipline: Annotated[str, StringConstraints(max_length=100)]
    class_number: Annotated[str, StringConstraints(max_length=100)]
    method: Annotated[str, StringConstraints(max_length=64)]
    printer: Annotated[str, StringConstraints(max_length=64)]
    color: Annotated[str, StringConstraints(max_length=64)]
    acknowledged_minimum_charge: bool


class UploadRequest(SubmissionForm):
    """The form and the file it announces: bytes, and SHA-256 as 64 lower-case hex digits."""

    filename: Annotated[str, StringConstraints(max_length=500)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(max_length=100)]


class ResendRequest(Body):
    """Which job wants a new confirmation link."""

    job_id: Id


class ByStaff(Body):
    """A change in the name of an active staff member."""

    staff_name: Name


class Review(ByStaff):
    """Seen, or new again."""

    reviewed: bool


class Approval(ByStaff):
    """Weight in grams, time in hours, the file to print, and overrides of the student's choice."""

    authoritative_filename: Filename
    weight_g: Grams
    time_hours: Hours
    material: Id | None = None
    printer: Id | None = None
    color: Id | None = None


class Rejection(ByStaff):
    """At least one of both."""

    reasons: Annotated[list[Reason], Field(max_length=20)] = []
    custom_reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class MarkPrinting(ByStaff):
    """On which printer, when not on the job's own."""

    printer: Id | None = None


class ReasonGiven(ByStaff):
    """Why."""

    reason: Reason


class ChangeStatus(ReasonGiven):
    """Where the job belongs."""

    new_status: Status


class Payment(ByStaff):
    """What the scale, the payment terminal and the person at the counter say."""

    grams: Grams
    txn_no: Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True)]
    picked_up_by: Name


class PaymentsExport(ByStaff):
    """Which payments: UTC days, both included, at most 366."""

    start_date: date
    end_date: date
    format: Literal["csv", "xlsx"] = "csv"


class Deletion(ByStaff):
    """The short id, typed again."""

    confirm: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class Note(ByStaff):
    """One entry of the notes."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class OpenedInSlicer(ByStaff):
    """Which file was opened."""

    filename: Filename


class ResendMail(ByStaff):
    """Which mail to send again."""

    email_type: Literal["receipt", "approval", "rejection", "completion"]


class JobsQuery(Body):
    """Narrowing, order and page of the job list. `from` and `to` are UTC days, both included."""

    status: Status | None = None
    search: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""
    printer: Id | None = None
    discipline: Annotated[str, StringConstraints(max_length=50)] | None = None
    confirmation_expired: bool | None = None
    from_day: date | None = Field(default=None, alias="from")
    to_day: date | None = Field(default=None, alias="to")
    sort: Sort = "-created_at"
    page: Annotated[int, Field(ge=1, le=1000)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, StringConstraints(max_length=1000)] | None = None


class CountsQuery(Body):
    """What the counts per status are narrowed to.

    The archive is counted only where it is asked for: narrowing reads every job, and only it grows for ever.
    """

    search: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""
    printer: Id | None = None
    discipline: Annotated[str, StringConstraints(max_length=50)] | None = None
    with_archived: bool = False


class PeriodQuery(Body):
    """The last days up to today."""

    days: Annotated[int, Field(ge=1, le=90)] = 30


class AnalyticsQuery(PeriodQuery):
    """All of it, or one printer or discipline."""

    printer: Id | None = None
    discipline: Annotated[str, StringConstraints(max_length=50)] | None = None


class StudentsQuery(PeriodQuery):
    """Whose jobs, and which page. `search` is that of the job list."""

    search: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""
    discipline: Annotated[str, StringConstraints(max_length=50)] | None = None
    page: Annotated[int, Field(ge=1, le=1000)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CostQuery(Body):
    """A material and a weight in grams."""

    material: Id
    weight_g: Grams


class StaffQuery(Body):
    """With or without the deactivated."""

    include_inactive: bool = False


class ExpiredQuery(Body):
    """Which job's link has expired."""

    job_id: Id
