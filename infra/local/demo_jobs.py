"""Jobs to look at in a new installation: one in every place, on models that the project makes itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.aws import files, jobs
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import Caller
from chalicelib.domain.submissions import Submission
from chalicelib.services import confirmations, locking, notes, submissions, tokens, transitions
from chalicelib.services.transitions import Approval, Receipt
from infra import samples

_BY = Caller(Actor.STAFF, "Priya Shah", "front-desk")
# Reserved for documentation (RFC 5737): no real client has it, so no real client's limit is used up.
_ADDRESSES = "192.0.2."

Step = Callable[[Job], object]


@dataclass(frozen=True)
class Demo:
    """A submission, and what staff and student then do with it."""

    student: str
    discipline: str
    class_number: str
    model: str
    extension: str
    method: str
    printer: str
    color: str
    steps: tuple[Step, ...] = ()


def _approve(weight_g: str, time_hours: str) -> Step:
    def approve(job: Job) -> object:
        return transitions.approve(
            job.id, _BY, Approval(job.original_name, Decimal(weight_g), Decimal(time_hours))
        )

    return approve


def _confirm(job: Job) -> object:
    return confirmations.confirm(tokens.confirmation(job.id, job.confirm_token_id or ""))


def _reject(job: Job) -> object:
    reason = "The model is not watertight: it has holes or edges that do not meet."
    return transitions.reject(job.id, _BY, [reason], "See the guide on closing meshes on our Moodle page.")


def _print(job: Job) -> object:
    return transitions.mark_printing(job.id, _BY, None)


def _complete(job: Job) -> object:
    return transitions.mark_complete(job.id, _BY)


def _pay(job: Job) -> object:
    locking.acquire(job.id, _BY)
    grams = (job.weight_g or Decimal(1)) - Decimal("0.5")
    return transitions.pay(job.id, _BY, Receipt(grams, "TC-204817", job.student_name))


def _review(job: Job) -> object:
    return transitions.review(job.id, _BY, True)


def _note(text: str) -> Step:
    return lambda job: notes.add(job.id, _BY, text)


DEMOS = (
    Demo(
        "Wangari Maathai",
        "Landscape Architecture",
        "LA 2001",
        "terrain-tile",
        ".stl",
        "Filament",
        "prusa-xl",
        "Green",
        (_approve("96.4", "7.3"), _confirm, _print, _complete, _pay),
    ),
    Demo(
        "Zaha Hadid",
        "Architecture",
        "ARCH 4000",
        "twisted-vase",
        ".3mf",
        "Filament",
        "prusa-mk4s",
        "White",
        (_approve("61.2", "5.5"), _confirm, _print, _complete),
    ),
    Demo(
        "Grace Hopper",
        "Engineering",
        "ME 2733",
        "spur-gear",
        ".obj",
        "Filament",
        "prusa-mk4s",
        "Gray",
        (
            _approve("38.75", "2.1"),
            _confirm,
            _print,
            _note("0.2 mm layers, 40 % infill; gears need the strength."),
        ),
    ),
    Demo(
        "Katherine Johnson",
        "Engineering",
        "EE 1810",
        "mounting-plate",
        ".stl",
        "Filament",
        "raise3d-pro-2-plus",
        "Black",
        (_approve("54.0", "3.8"), _confirm),
    ),
    Demo(
        "Louise Bourgeois",
        "Art",
        "ART 3255",
        "torus-knot",
        ".stl",
        "Resin",
        "formlabs-form-3",
        "Clear",
        (_approve("22.6", "6.2"),),
    ),
    Demo(
        "Ray Eames",
        "Interior Design",
        "ID 2750",
        "lattice-cube",
        ".3mf",
        "Filament",
        "prusa-mk4s",
        "Yellow",
        (_reject,),
    ),
    Demo(
        "Alan Turing",
        "Hobby/Personal",
        "N/A",
        "phone-stand",
        ".stl",
        "Filament",
        "prusa-mk4s",
        "Orange",
        (_review,),
    ),
    Demo("Ada Lovelace", "Engineering", "CSC 1350", "spur-gear", ".3mf", "Filament", "prusa-mk4s", "Blue"),
    Demo("Isamu Noguchi", "Art", "ART 2883", "twisted-vase", ".obj", "Filament", "prusa-xl", "True Red"),
)


def create() -> None:
    """Submit every demo and take its steps. Mails and pictures follow through the queues, as always."""
    for number, demo in enumerate(DEMOS, start=1):
        content = samples.sample_file(demo.model, demo.extension)
        upload, _ = submissions.announce(_form(demo, content), f"{_ADDRESSES}{number}")
        files.put(filenames.incoming_key(upload.id, demo.extension), content, "application/octet-stream")
        job = submissions.complete(upload.id)
        for step in demo.steps:
            step(jobs.get(job.id))


def _form(demo: Demo, content: bytes) -> Submission:
    first, last = demo.student.split()
    return Submission(
        student_name=demo.student,
        student_email=f"{first}.{last}@student.example.edu".lower(),
        discipline=demo.discipline,
        class_number=demo.class_number,
        method=demo.method,
        printer=demo.printer,
        color=demo.color,
        acknowledged_minimum_charge=True,
        filename=demo.model + demo.extension,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
