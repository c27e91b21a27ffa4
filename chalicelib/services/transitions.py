"""What staff do to a job: one function, one lifecycle action, one transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from chalicelib.aws import documents, payments
from chalicelib.aws.tables import Job, Payment
from chalicelib.domain import filenames, pricing, rejection
from chalicelib.domain.catalog import Catalog, Material
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.events import event_id
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import Caller
from chalicelib.services import job_files
from chalicelib.services.changes import AlreadyApplied, Change, begin, commit, ensure_unchanged, repeated


@dataclass(frozen=True)
class Approval:
    """What staff decided at the slicer: grams, hours, the file to print, and any override."""

    authoritative_filename: str
    weight_g: Decimal
    time_hours: Decimal
    material: str | None = None
    printer: str | None = None
    color: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What was weighed and paid at the counter."""

    grams: Decimal
    txn_no: str
    picked_up_by: str


@repeated
def review(job_id: str, by: Caller, reviewed: bool) -> Job:
    """Mark the job as seen (its NEW badge goes) or as new again."""
    change = begin(job_id, Action.REVIEW if reviewed else Action.UNREVIEW, by)
    change.set(staff_viewed_at=change.now if reviewed else None)
    return commit(change)


@repeated
def approve(job_id: str, by: Caller, approval: Approval) -> Job:
    """Price the job and ask the student. Raises InvalidInput for a file or choice that does not exist."""
    change = begin(job_id, Action.APPROVE, by)
    job = change.job
    catalog, settings = documents.catalog_and_settings()
    material = _material(catalog, job, approval.material)
    _check_choice(catalog, job, material, approval.printer, approval.color)
    _check_file(change, approval.authoritative_filename)
    cost = pricing.cost_cents(approval.weight_g, material.price_per_gram_cents, settings.minimum_charge_cents)
    change.set(
        authoritative_filename=approval.authoritative_filename,
        weight_g=approval.weight_g,
        time_hours=pricing.billed_hours(approval.time_hours),
        cost_cents=cost,
        material=material.id,
        printer=approval.printer or job.printer,
        color=approval.color or job.color,
        staff_viewed_at=job.staff_viewed_at or change.now,
    )
    await_confirmation(change, timedelta(hours=settings.confirmation_hours))
    is_original = approval.authoritative_filename == job.original_name
    change.tell(
        weight_g=str(approval.weight_g),
        time_hours=str(pricing.billed_hours(approval.time_hours)),
        cost_cents=cost,
        material=material.id,
        file="original" if is_original else "slicer output",
        file_type=filenames.extension(approval.authoritative_filename),
    )
    return commit(change)


def await_confirmation(change: Change, hours: timedelta) -> None:
    """A new link for the student: it voids every earlier one."""
    change.set(
        confirm_token_id=uuid.uuid4().hex,
        confirm_expires_at=change.now + hours,
        confirmation_last_sent_at=change.now,
        is_confirmation_expired=False,
        confirmed_at=None,
        confirmed_token_id=None,
    )


def _material(catalog: Catalog, job: Job, wanted: str | None) -> Material:
    material_id = wanted or job.material
    material = next((m for m in catalog.materials_for(job.method) if m.id == material_id), None)
    if material is None:
        names = ", ".join(m.id for m in catalog.materials_for(job.method))
        raise InvalidInput.field("material", f"Choose a material for {job.method}: {names}.")
    return material


def _check_choice(
    catalog: Catalog, job: Job, material: Material, printer: str | None, color: str | None
) -> None:
    if printer and printer not in {p.id for p in catalog.printers_for(job.method)}:
        names = ", ".join(p.id for p in catalog.printers_for(job.method))
        raise InvalidInput.field("printer", f"Choose a printer for {job.method}: {names}.")
    if color and color not in material.colors:
        raise InvalidInput.field(
            "color", f"{material.name} is on the shelf in: {', '.join(material.colors)}."
        )


def _check_file(change: Change, filename: str) -> None:
    present = [c.name for c in job_files.candidates(change.job)]
    if filename not in present:
        ensure_unchanged(change)
        raise InvalidInput.field(
            "authoritative_filename",
            f"This job has no such file. It has: {', '.join(present) or 'none'}.",
            code="file_missing",
        )


@repeated
def reject(job_id: str, by: Caller, reasons: list[str], custom_reason: str) -> Job:
    """Turn the job down; the student is told every reason."""
    if not reasons and not custom_reason:
        raise InvalidInput.field("reasons", "Choose at least one reason or write one.")
    change = begin(job_id, Action.REJECT, by)
    change.set(
        reject_reasons=reasons,
        custom_reason=custom_reason or None,
        staff_viewed_at=change.job.staff_viewed_at or change.now,
    )
    # Staff's own words are counted, not copied: they may name the student, and events cannot be corrected.
    change.tell(
        reasons=len(reasons), usual_reasons=rejection.usual(reasons), custom_reason=bool(custom_reason)
    )
    return commit(change)


@repeated
def force_confirm(job_id: str, by: Caller, reason: str) -> Job:
    """Confirm in the student's place, for a reason on record."""
    change = begin(job_id, Action.FORCE_CONFIRM, by)
    change.set(confirmed_at=change.now)
    change.tell(reason=reason)
    return commit(change)


@repeated
def mark_printing(job_id: str, by: Caller, printer: str | None) -> Job:
    """The print has started, on another printer if staff chose one."""
    change = begin(job_id, Action.MARK_PRINTING, by)
    if printer:
        machine = documents.catalog().printer(printer)
        if machine is None or change.job.method not in machine.methods:
            raise InvalidInput.field("printer", f"Choose a printer for {change.job.method}.")
        change.set(printer=printer)
    change.tell(printer=printer or change.job.printer)
    return commit(change)


@repeated
def mark_failed(job_id: str, by: Caller, reason: str) -> Job:
    """The lab's print failed: back to the queue, price and confirmation kept."""
    change = begin(job_id, Action.MARK_FAILED, by)
    change.set(failed_prints=int(change.job.failed_prints or 0) + 1)
    change.tell(reason=reason)
    return commit(change)


@repeated
def mark_complete(job_id: str, by: Caller) -> Job:
    """The print is finished; the student is told to come."""
    return commit(begin(job_id, Action.MARK_COMPLETE, by))


@repeated
def mark_picked_up(job_id: str, by: Caller) -> Job:
    """Handed over without a payment at this counter."""
    return commit(begin(job_id, Action.MARK_PICKED_UP, by))


@repeated
def pay(job_id: str, by: Caller, receipt: Receipt) -> Job:
    """Weigh, take the payment, hand over. The price follows the weight on the scale."""
    change = begin(job_id, Action.PAYMENT, by)
    job = change.job
    catalog, settings = documents.catalog_and_settings()
    material = catalog.material(job.material or "")
    if material is None:
        raise Conflict(
            f"The catalog has no material “{job.material}” any more, so there is no price for it.",
            code="no_price",
        )
    price = pricing.cost_cents(receipt.grams, material.price_per_gram_cents, settings.minimum_charge_cents)
    payment = Payment(
        job_id=job.id,
        id=event_id(change.now),
        month=f"{change.now:%Y-%m}",
        grams=receipt.grams,
        price_cents=price,
        txn_no=receipt.txn_no,
        picked_up_by=receipt.picked_up_by,
        paid_ts=change.now,
        paid_by_staff=by.name,
    )
    change.set(payment_id=payment.id, paid_cents=price)
    change.tell(grams=str(receipt.grams), price_cents=price, txn_no=receipt.txn_no)
    change.stages.append(lambda transaction: payments.stage_add(transaction, payment))
    return commit(change)


@repeated
def revert_completion(job_id: str, by: Caller) -> Job:
    """Undo a mistaken “complete” while the revert window is open."""
    return _revert(job_id, Action.REVERT_COMPLETION, by)


@repeated
def revert_pickup(job_id: str, by: Caller) -> Job:
    """Undo a mistaken hand-over while the revert window is open; its payment is voided, not lost."""
    return _revert(job_id, Action.REVERT_PICKUP, by)


def _revert(job_id: str, action: Action, by: Caller) -> Job:
    change = begin(job_id, action, by)
    minutes = documents.lab_settings().revert_window_minutes
    if change.now >= change.job.status_entered_at + timedelta(minutes=minutes):
        raise Conflict(
            f"This can be reverted for {minutes} minutes only. Ask an administrator to change the status.",
            code="revert_window_closed",
            status=change.job.status.value,
        )
    _void_payment(change)
    return commit(change)


def _void_payment(change: Change) -> None:
    job, payment_id = change.job, change.job.payment_id
    if payment_id is None or change.target is Status.PAIDPICKEDUP:
        return
    payment = payments.find(job.id, payment_id)
    change.set(payment_id=None, paid_cents=None)
    change.tell(voided_payment=payment_id)
    if payment:
        change.tell(voided_cents=int(payment.price_cents), voided_grams=str(payment.grams))
    change.stages.append(
        lambda transaction: payments.stage_void(transaction, job.id, payment_id, change.by.name, change.now)
    )


@repeated
def change_status(job_id: str, by: Caller, new_status: Status, reason: str) -> Job:
    """An administrator puts the job where it belongs, for a reason on record."""
    change = begin(job_id, Action.CHANGE_STATUS, by, requested=new_status)
    if new_status is Status.PENDING:
        if change.job.cost_cents is None:
            raise Conflict("This job has no price yet: approve it instead.", code="no_price")
        await_confirmation(change, timedelta(hours=documents.lab_settings().confirmation_hours))
        change.set(confirmation_last_sent_at=None)  # no mail goes out, so one may be asked for at once
    if change.job.status is Status.REJECTED:
        change.set(reject_reasons=None, custom_reason=None)
    _void_payment(change)
    change.tell(reason=reason)
    return commit(change)


@repeated
def delete(job_id: str, by: Caller, confirm: str) -> None:
    """Remove the job and its files for good; its events stay. `confirm` repeats the short id."""
    try:
        change = begin(job_id, Action.DELETE, by)
    except AlreadyApplied:
        return
    if confirm.strip().upper() != change.job.short_id:
        raise InvalidInput.field(
            "confirm", f"Repeat the job's short id, {change.job.short_id}, to delete it."
        )
    change.tell(from_status=change.job.status.value, short_id=change.job.short_id)
    commit(change)
