"""The DynamoDB tables as PynamoDB models; infra/template.yaml creates them."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.aws.table import DecimalAttribute, StatusAttribute, Table
from chalicelib.config import settings
from chalicelib.domain import filenames
from chalicelib.domain.locks import Lock

# What a dashboard card shows; infra/template.yaml projects the same names (a test compares).
CARD_ATTRIBUTES = (
    "short_id",
    "student_name",
    "student_email",
    "discipline",
    "class_number",
    "original_filename",
    "display_name",
    "method",
    "printer",
    "color",
    "material",
    "weight_g",
    "time_hours",
    "cost_cents",
    "paid_cents",
    "failed_prints",
    "unit_suspected",
    "too_large_for",
    "staff_viewed_at",
    "last_updated_by",
    "notes_count",
    "locked_by",
    "locked_until",
    "lock_holder",
    "lock_place",
    "confirmed_at",
    "confirm_expires_at",
    "is_confirmation_expired",
    "confirmation_last_sent_at",
    "thumbnail_state",
    "status_entered_at",
    "updated_at",
    "search_text",
)


class JobsByStatus(GlobalSecondaryIndex["Job"]):  # type: ignore[no-untyped-call]
    """Newest first within a status; holds what a card shows."""

    class Meta:
        index_name = "by-status"
        projection = IncludeProjection(list(CARD_ATTRIBUTES))

    status = StatusAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class Job(Table):
    """A print job. `version` grows by one with every change and is the fence for all of them."""

    class Meta:
        table_name = settings().table("jobs")

    by_status = JobsByStatus()

    id = UnicodeAttribute(hash_key=True)
    short_id = UnicodeAttribute()
    version = NumberAttribute(default=1)
    status = StatusAttribute()
    status_entered_at = UTCDateTimeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    last_updated_by = UnicodeAttribute(null=True)

    student_name = UnicodeAttribute()
    student_email = UnicodeAttribute()
    discipline = UnicodeAttribute()
    class_number = UnicodeAttribute()
    acknowledged_minimum_charge = BooleanAttribute(default=True)
    search_text = UnicodeAttribute()

    original_filename = UnicodeAttribute()
    display_name = UnicodeAttribute()
    authoritative_filename = UnicodeAttribute()
    file_hash = UnicodeAttribute()
    file_etag = UnicodeAttribute(null=True)  # the store's word for the same bytes, which a listing tells
    file_size = NumberAttribute()
    holds_guard = BooleanAttribute(default=True)
    parent_job_id = UnicodeAttribute(null=True)

    method = UnicodeAttribute()
    printer = UnicodeAttribute()
    color = UnicodeAttribute()
    material = UnicodeAttribute(null=True)
    weight_g = DecimalAttribute(null=True)
    time_hours = DecimalAttribute(null=True)
    cost_cents = NumberAttribute(null=True)

    confirm_token_id = UnicodeAttribute(null=True)
    confirm_expires_at = UTCDateTimeAttribute(null=True)
    confirmation_last_sent_at = UTCDateTimeAttribute(null=True)
    is_confirmation_expired = BooleanAttribute(default=False)
    confirmed_at = UTCDateTimeAttribute(null=True)
    confirmed_token_id = UnicodeAttribute(null=True)
    finished_at = UTCDateTimeAttribute(null=True)

    reject_reasons: JSONAttribute = JSONAttribute(null=True)
    custom_reason = UnicodeAttribute(null=True)
    staff_viewed_at = UTCDateTimeAttribute(null=True)
    notes: JSONAttribute = JSONAttribute(null=True)
    notes_count = NumberAttribute(default=0)
    payment_id = UnicodeAttribute(null=True)
    paid_cents = NumberAttribute(null=True)
    failed_prints = NumberAttribute(default=0)

    lock_holder = UnicodeAttribute(null=True)
    lock_place = UnicodeAttribute(null=True)
    locked_by = UnicodeAttribute(null=True)
    locked_until = UTCDateTimeAttribute(null=True)

    mesh: JSONAttribute = JSONAttribute(null=True)
    mesh_error: JSONAttribute = JSONAttribute(null=True)
    unit_suspected = BooleanAttribute(default=False)
    too_large_for: JSONAttribute = JSONAttribute(null=True)
    thumbnail_state = UnicodeAttribute(default="pending")

    @property
    def lock(self) -> Lock | None:
        """The lock as last written; it may have expired."""
        if self.lock_holder and self.locked_by and self.locked_until:
            place = self.lock_place or self.lock_holder
            return Lock(self.lock_holder, place, self.locked_by, self.locked_until)
        return None

    @property
    def original_name(self) -> str:
        """The stored name of the student's own file."""
        return self.display_name + filenames.extension(self.original_filename)

    @property
    def file_key(self) -> str:
        """Where the file to print is."""
        return filenames.file_key(self.status, self.authoritative_filename)

    @property
    def original_key(self) -> str:
        """Where the student's own file is."""
        return filenames.file_key(self.status, self.original_name)


class EventsByDay(GlobalSecondaryIndex["Event"]):  # type: ignore[no-untyped-call]
    """All events of one UTC day in order."""

    class Meta:
        index_name = "by-day"
        projection = AllProjection()

    day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Event(Table):
    """One entry of the audit trail. Written once, never updated."""

    class Meta:
        table_name = settings().table("events")

    by_day = EventsByDay()

    job_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    day = UnicodeAttribute()
    timestamp = UTCDateTimeAttribute()
    event_type = UnicodeAttribute()
    details: JSONAttribute = JSONAttribute()
    triggered_by = UnicodeAttribute()
    workstation_id = UnicodeAttribute(null=True)
    previous = UnicodeAttribute()
    hash = UnicodeAttribute()


class EventChain(Table):
    """Where the chain of a job's events ends; see chalicelib/domain/trail.py.

    `archived` names the objects that hold those of its events that have left the table.
    """

    class Meta:
        table_name = settings().table("chains")

    job_id = UnicodeAttribute(hash_key=True)
    last_id = UnicodeAttribute()
    hash = UnicodeAttribute()
    archived = UnicodeSetAttribute(null=True)


class DayFigures(Table):
    """One shard of the figures of one UTC day; an attribute for each, named as in domain/statistics.py.

    Only the keys are declared: the figures come and go with printers, materials and people.
    """

    class Meta:
        table_name = settings().table("days")

    day = UnicodeAttribute(hash_key=True)
    shard = UnicodeAttribute(range_key=True)


class PaymentsByMonth(GlobalSecondaryIndex["Payment"]):  # type: ignore[no-untyped-call]
    """Payments of one month in order of time."""

    class Meta:
        index_name = "by-month"
        projection = AllProjection()

    month = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Payment(Table):
    """A payment at the counter. Voided, never removed."""

    class Meta:
        table_name = settings().table("payments")

    by_month = PaymentsByMonth()

    job_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    month = UnicodeAttribute()
    grams = DecimalAttribute()
    price_cents = NumberAttribute()
    txn_no = UnicodeAttribute()
    picked_up_by = UnicodeAttribute()
    paid_ts = UTCDateTimeAttribute()
    paid_by_staff = UnicodeAttribute()
    voided = BooleanAttribute(default=False)
    voided_at = UTCDateTimeAttribute(null=True)
    voided_by = UnicodeAttribute(null=True)


class OutboxWaiting(GlobalSecondaryIndex["OutboxMessage"]):  # type: ignore[no-untyped-call]
    """Sparse: only messages that still wait, by the time they are due."""

    class Meta:
        index_name = "waiting"
        projection = AllProjection()

    waiting = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class OutboxMessage(Table):
    """Work that a change promised: a mail to send or a model to analyse.

    `waiting` names its queue while it waits, "failed" when it was given up, and is
    absent when it is done. `state` is waiting, sent, dropped or failed.
    """

    class Meta:
        table_name = settings().table("outbox")

    by_waiting = OutboxWaiting()

    id = UnicodeAttribute(hash_key=True)
    queue = UnicodeAttribute()
    kind = UnicodeAttribute()
    job_id = UnicodeAttribute()
    token_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="waiting")
    waiting = UnicodeAttribute(null=True)
    due_at = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)
    claimed_until = UTCDateTimeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    requested_by = UnicodeAttribute()
    workstation_id = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    done_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class StaffMember(Table):
    """A name that actions are attributed to. Deactivated, never deleted."""

    class Meta:
        table_name = settings().table("staff")

    name = UnicodeAttribute(hash_key=True)
    is_active = BooleanAttribute(default=True)
    added_at = UTCDateTimeAttribute()
    deactivated_at = UTCDateTimeAttribute(null=True)


class Workstation(Table):
    """A computer that logs in. `token_epoch` grows to revoke every session at once."""

    class Meta:
        table_name = settings().table("workstations")

    id = UnicodeAttribute(hash_key=True)
    display_name = UnicodeAttribute()
    role = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    disabled = BooleanAttribute(default=False)
    token_epoch = NumberAttribute(default=0)
    share_path = UnicodeAttribute(default="")


class ConfigDocument(Table):
    """A versioned JSON document: the catalog, the settings."""

    class Meta:
        table_name = settings().table("config")

    id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    data: JSONAttribute = JSONAttribute()
    updated_by = UnicodeAttribute()
    updated_at = UTCDateTimeAttribute()


class Counter(Table):
    """One shard of the number of jobs per status, how often any job has changed, and what the files take."""

    class Meta:
        table_name = settings().table("counters")

    id = UnicodeAttribute(hash_key=True)
    changes = NumberAttribute(default=0)
    changed_at = UTCDateTimeAttribute(null=True)
    stored_bytes = NumberAttribute(default=0)
    UPLOADED = NumberAttribute(default=0)
    PENDING = NumberAttribute(default=0)
    READYTOPRINT = NumberAttribute(default=0)
    PRINTING = NumberAttribute(default=0)
    COMPLETED = NumberAttribute(default=0)
    PAIDPICKEDUP = NumberAttribute(default=0)
    REJECTED = NumberAttribute(default=0)
    ARCHIVED = NumberAttribute(default=0)


class Guard(Table):
    """Uniqueness: whoever writes the item first owns the key."""

    class Meta:
        table_name = settings().table("guards")

    id = UnicodeAttribute(hash_key=True)
    job_id = UnicodeAttribute()


class Upload(Table):
    """A submission that is announced; it becomes the job of the same id when its file is there."""

    class Meta:
        table_name = settings().table("uploads")

    id = UnicodeAttribute(hash_key=True)
    form: JSONAttribute = JSONAttribute()
    short_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = UTCDateTimeAttribute()
    completed_at = UTCDateTimeAttribute(null=True)


class CandidateUpload(Table):
    """A file that a slicer saved on the lab share, announced by an agent.

    `replaces`: the ETag of the file that it was made over; `placed_as`: its name beside the job's files.
    """

    class Meta:
        table_name = settings().table("candidates")

    id = UnicodeAttribute(hash_key=True)
    job_id = UnicodeAttribute()
    name = UnicodeAttribute()
    size = NumberAttribute()
    sha256 = UnicodeAttribute()
    replaces = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    expires_at = UTCDateTimeAttribute()
    completed_at = UTCDateTimeAttribute(null=True)
    placed_as = UnicodeAttribute(null=True)


class Cleanup(Table):
    """File work of one change that is not known to be finished.

    `state` is intended, abandoned or committed; `writes`: the keys that the change
    writes; `drop`: [key, version] pairs that it left behind; `left_record`: where records
    of the job before `left_at_version` may still arrive.
    """

    class Meta:
        table_name = settings().table("cleanups")

    id = UnicodeAttribute(hash_key=True)
    job_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    state = UnicodeAttribute()
    writes: JSONAttribute = JSONAttribute()
    drop: JSONAttribute = JSONAttribute()
    left_record = UnicodeAttribute(null=True)
    left_at_version = NumberAttribute(null=True)


class Audit(Table):
    """One comparison of the rows with the files, made slice by slice.

    `state` is running, done or failed; `step` counts the slices and fences them; `place`, `after_name` and
    `after_key` are where the next slice goes on; `window` is how many jobs a slice looks at.
    """

    class Meta:
        table_name = settings().table("audits")

    series = UnicodeAttribute(hash_key=True, default="integrity")
    id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute(default="running")
    requested_by = UnicodeAttribute()
    workstation_id = UnicodeAttribute(null=True)
    started_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    finished_at = UTCDateTimeAttribute(null=True)
    window = NumberAttribute()
    step = NumberAttribute(default=1)
    place = NumberAttribute(default=0)
    after_name = UnicodeAttribute(default="")
    after_key = UnicodeAttribute(default="")
    jobs_seen = NumberAttribute(default=0)
    objects_seen = NumberAttribute(default=0)
    totals: JSONAttribute = JSONAttribute()
    expires_at = TTLAttribute()


class Finding(Table):
    """One thing that an audit found; `id` begins with its kind. Mended at most once."""

    class Meta:
        table_name = settings().table("findings")

    audit_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    key = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute(null=True)
    details: JSONAttribute = JSONAttribute()
    found_at = UTCDateTimeAttribute()
    mended_at = UTCDateTimeAttribute(null=True)
    mended_by = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class Transient(Table):
    """Rate windows, idempotency records and what slicers' files tell; each expires by itself."""

    class Meta:
        table_name = settings().table("transient")

    id = UnicodeAttribute(hash_key=True)
    uses = NumberAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    attempt = UnicodeAttribute(null=True)
    answer: JSONAttribute = JSONAttribute(null=True)
    started_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute()


class Watch(Table):
    """The lab's own watch: `kind` "run" has a row per schedule, "sample" one every five minutes (TTL).

    "agent" has one per lab PC; "lease" one per share, with the agent that leads there and until when (`at`).
    """

    class Meta:
        table_name = settings().table("watch")

    kind = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    at = UTCDateTimeAttribute(null=True)
    holder = UnicodeAttribute(null=True)
    expected_since = UTCDateTimeAttribute(null=True)
    data: JSONAttribute = JSONAttribute(null=True)
    expires_at = TTLAttribute(null=True)
