"""Jobs as a lab's years leave them: a queue of today's size and an archive that grows."""

from __future__ import annotations

import random
from collections import Counter as Counts
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from pynamodb.expressions.operand import Path

from chalicelib import models3d
from chalicelib.aws import counters, documents, shards
from chalicelib.aws.tables import Counter, DayFigures, Job
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.submissions import DISCIPLINES
from infra import samples

# What a busy lab has on its desk; everything else it ever printed is archived.
QUEUE = {
    Status.UPLOADED: 60,
    Status.PENDING: 20,
    Status.READYTOPRINT: 20,
    Status.PRINTING: 8,
    Status.COMPLETED: 22,
    Status.PAIDPICKEDUP: 30,
    Status.REJECTED: 10,
}
_ARCHIVED_A_DAY = 20
_FIRST = (
    "Ada",
    "Grace",
    "Alan",
    "Katherine",
    "Radia",
    "Donald",
    "Barbara",
    "Edsger",
    "Frances",
    "Hedy",
    "José",
)
_LAST = (
    "Lovelace",
    "Hopper",
    "Turing",
    "Johnson",
    "Perlman",
    "Knuth",
    "Liskov",
    "Dijkstra",
    "Lamarr",
    "Núñez",
)
_COLORS = ("True Red", "Orange", "Blue", "Black", "White", "Gray")
_PRINTERS = ("prusa-mk4s", "prusa-xl", "raise3d-pro-2-plus")
_NOW = datetime.now(UTC)
_BY_DAY = (
    "submitted",
    "approved",
    "confirmed",
    "started",
    "completed",
    "lead_minutes",
    "weight_mg",
    "picked_up",
)
_FIGURES = [
    *_BY_DAY,
    *(f"{name}|printer:{printer}" for name in _BY_DAY for printer in _PRINTERS),
    *(f"{name}|discipline:{discipline}" for name in _BY_DAY for discipline in DISCIPLINES),
    *(f"acted|staff:{name}|event:StaffApproved" for name in _FIRST),
]


class Years:
    """The jobs of a lab, always the same ones, written in bulk with the counters that belong to them."""

    def __init__(self, queue: Mapping[Status, int] = QUEUE) -> None:
        """`queue` is what stands on the desk, by status; the rest of a lab is archived."""
        self._queue = queue
        self._random = random.Random(20261121)
        self._counts: Counts[Status] = Counts()

    def grow_to(self, total: int) -> None:
        """Add jobs until there are `total`; the archive takes what the queue does not hold."""
        missing = {status: size - self._counts[status] for status, size in self._queue.items()}
        missing[Status.ARCHIVED] = total - sum(self._queue.values()) - self._counts[Status.ARCHIVED]
        with Job.batch_write() as batch:
            for status, number in missing.items():
                for _ in range(number):
                    batch.save(self._job(status))
        self._count()

    def fill_days(self) -> None:
        """Half a year of figures, of no events; a longer history is never read."""
        for number in range(180):
            day = (_NOW - timedelta(days=number)).date().isoformat()
            for shard in range(shards.NUMBER):
                row = DayFigures(day, str(shard))
                row.update(actions=[Path([name]).set(self._random.randrange(1, 9)) for name in _FIGURES])

    def _count(self) -> None:
        """The first shard takes all: only the sum of the shards means something."""
        for number in range(shards.NUMBER):
            shard = Counter(id=f"jobs#{number}")
            for status in Status:
                setattr(shard, status.value, 0 if number else self._counts[status])
            shard.save()
        if counters.totals() != {status: self._counts[status] for status in Status}:
            raise RuntimeError("the counters do not say what the table holds")

    def _job(self, status: Status) -> Job:
        chance = self._random
        created = _NOW - self._age(status)
        self._counts[status] += 1
        job = Job(
            id=f"{chance.getrandbits(128):032x}",
            version=9,
            status=status,
            status_entered_at=created + timedelta(hours=30),
            created_at=created,
            updated_at=created + timedelta(hours=30),
            last_updated_by="Priya Shah",
            thumbnail_state="ready",
            mesh=_mesh(),
        )
        _submit(job, chance)
        if status is not Status.UPLOADED:
            _price(job, chance)
        return job

    def _age(self, status: Status) -> timedelta:
        if status is Status.ARCHIVED:
            return timedelta(days=45 + self._counts[status] / _ARCHIVED_A_DAY)
        return timedelta(minutes=self._random.randrange(20 * 24 * 60))


def _submit(job: Job, chance: random.Random) -> None:
    """What the student gave."""
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    job.short_id = "".join(chance.choices("CDFGHJKMNPQRTVWXY34679", k=6))
    job.student_name = f"{first} {last}"
    job.student_email = f"{last.lower()}{chance.randrange(1000)}@students.example.edu"
    job.discipline = chance.choice(DISCIPLINES)
    job.class_number = f"ARCH {chance.randrange(1000, 8000)}"
    job.search_text = "\n".join((job.student_name, job.student_email, job.short_id)).casefold()
    job.method, job.material = "Filament", "filament"
    job.printer, job.color = chance.choice(_PRINTERS), chance.choice(_COLORS)
    job.original_filename = f"final_model_v{chance.randrange(30)}.stl"
    job.display_name = filenames.display_name(job.student_name, job.method, job.color, job.short_id)
    job.authoritative_filename = f"{job.display_name}.gcode"
    job.file_hash = f"{chance.getrandbits(256):064x}"
    job.file_size = chance.randrange(100_000, 50_000_000)


def _price(job: Job, chance: random.Random) -> None:
    """What staff found out, and the student's answer."""
    grams = Decimal(chance.randrange(100, 30_000)) / 100
    job.weight_g, job.time_hours = grams, Decimal(chance.randrange(1, 60)) / 2
    job.cost_cents = max(300, int(grams * 10))
    job.staff_viewed_at = job.confirmation_last_sent_at = job.created_at + timedelta(hours=2)
    job.confirm_expires_at = job.created_at + timedelta(hours=74)
    job.confirm_token_id = f"{chance.getrandbits(128):032x}"
    job.confirmed_at = job.created_at + timedelta(hours=9)


@cache
def _mesh() -> dict[str, object]:
    """What is known of one of the samples, as it is stored."""
    mesh = models3d.load(samples.binary_stl(samples.spur_gear()), "stl")
    facts = models3d.facts(mesh)
    return {
        **facts.as_dict(),
        "verdict": models3d.verdict(facts, documents.catalog().printers_for("Filament")).as_dict(),
    }
