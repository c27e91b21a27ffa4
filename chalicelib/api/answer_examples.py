"""An example of every answer, made from its model: a field's value follows from its name, or from its type.

So a new model has its example, and an old one cannot keep a field that is gone. A text whose name is not
known here is an error, which a test meets.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel

_TIME = "2026-11-20T15:18:01.123Z"
_JOB = "0f5e3c2a9b7d4c1e8a6f5b4c3d2e1f00"
_NAME = "JaneDoe_Filament_Blue_K7FWCD"
_STATUS = "PENDING"
_COUNTS = {
    "UPLOADED": 4,
    "PENDING": 2,
    "READYTOPRINT": 3,
    "PRINTING": 2,
    "COMPLETED": 5,
    "PAIDPICKEDUP": 61,
    "REJECTED": 7,
    "ARCHIVED": 840,
}

_BY_TYPE: dict[type, Any] = {
    bool: False,
    int: 3,
    float: 2.5,
    datetime: _TIME,
    date: "2026-11-20",
}

# By "Model.field" where a name means several things, else by the name alone.
_BY_NAME: Mapping[str, Any] = {
    # a job
    "id": _JOB,
    "job_id": _JOB,
    "deleted": _JOB,
    "upload_id": _JOB,
    "parent_job_id": None,
    "short_id": "K7FWCD",
    "status": _STATUS,
    "status_label": "Pending",
    "folder": "Pending",
    "student_name": "Jane Doe",
    "student_email": "jane.doe@example.edu",
    "discipline": "Architecture",
    "class_number": "ARCH 4000",
    "display_name": _NAME,
    "original_filename": "bracket.stl",
    "authoritative_filename": f"{_NAME}.gcode",
    "file_key": f"Pending/{_NAME}.gcode",
    "file_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "file_size": 1_048_576,
    "method": "Filament",
    "printer": "prusa-mk4s",
    "printer_name": "Prusa MK4S",
    "color": "Blue",
    "material": "filament",
    "material_name": "Filament",
    "weight_g": 45.25,
    "time_hours": 3.5,
    "cost_cents": 453,
    "cost_usd": "4.53",
    "paid_cents": None,
    "paid_usd": None,
    "failed_prints": 0,
    "doubts": [],
    "reviewed": True,
    "ThumbnailView.state": "ready",
    "current": True,
    "reject_reasons": [],
    "custom_reason": None,
    "mesh_error": None,
    "revert_until": None,
    "confirmed_at": None,
    "queue_position": None,
    "actions": ["force-confirm", "change-status", "delete"],
    "last_updated_by": "Sam Rivera",
    "updated_by": "Sam Rivera",
    "tracking_url": "https://print.example.edu/track?token=eyJ…",
    # people, locks, notes, payments
    "staff_name": "Sam Rivera",
    "locked_by": "Sam Rivera",
    "LockView.workstation": "front-desk",
    "workstation_name": "Front desk",
    "text": "Student asked for a brim",
    "txn_no": "A-10234",
    "picked_up_by": "Jane Doe",
    "paid_by_staff": "Sam Rivera",
    "grams": 45.25,
    "price_cents": 453,
    "price_usd": "4.53",
    "requested_by": "Sam Rivera",
    "mended_by": None,
    "mended_at": None,
    # events
    "EventView.id": "20261120T151801123456-00-1a2b3c4d",
    "event_type": "StaffApproved",
    "triggered_by": "Sam Rivera",
    "workstation_id": "front-desk",
    "EventView.details": {"action": "approve", "from_status": "UPLOADED", "to_status": "PENDING"},
    "complete": True,
    "Activity.events": {"StaffApproved": 3},
    # the model
    "format": "binary STL",
    "size_mm": [80.0, 40.0, 25.0],
    "size_in": [3.15, 1.57, 0.98],
    "names": [],
    "triangles": 1284,
    "watertight": True,
    "volume_reliable": True,
    "printable": True,
    "fits": True,
    "way": "as it is",
    "unit_suspicion": None,
    "ModelReason.code": "overhangs",
    "PrinterFit.name": "Prusa MK4S",
    # files and links
    "CandidateView.name": f"{_NAME}.gcode",
    "not_read": None,
    "slicer": "PrusaSlicer",
    "slicer_version": "2.8.1",
    "SlicingView.printer": "MK4S",
    "nozzle_mm": 0.4,
    "time_s": 12_240,
    "FilamentUse.type": "PLA",
    "length_mm": 15_170.5,
    "layers": 125,
    "layer_height_mm": 0.2,
    "thumbnail": "data:image/png;base64,iVBORw0KGgo…",
    "estimated_weights": [],
    "about": "printer",
    "choice": "prusa-xl",
    "DifferenceView.message": "It is sliced for “MK4S”, not for Prusa XL.",
    "recommended": f"{_NAME}.gcode",
    "size": 1_048_576,
    "url": "https://files.example.edu/Pending/JaneDoe_Filament_Blue_K7FWCD.stl?X-Amz-Signature=…",
    "PresignedPost.fields": {"key": f"_incoming/{_JOB}.stl", "policy": "eyJ…", "x-amz-signature": "…"},
    # the lab share
    "SharedFileView.name": f"{_NAME}.stl",
    "etag": "5d41402abc4b2a76b9719d911017c592",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "left": ["Uploaded"],
    "cursor": "WyJzaW5jZSIsIC4uLl0=",
    "ManifestPage.extensions": [".3mf", ".gcode", ".bgcode"],
    "candidate_id": _JOB,
    "CandidateTicket.state": "upload",
    "CandidateTicket.post": {
        "url": "https://files.example.edu/",
        "fields": {"key": f"_incoming/{_JOB}.gcode", "policy": "eyJ…", "x-amz-signature": "…"},
    },
    "PlacedCandidate.name": f"{_NAME}_PLA.gcode",
    "leader": "lab-pc-3",
    "AgentView.workstation_id": "lab-pc-3",
    "share_id": "5b0f6c0e9d1a4f7c",
    "instance": "8a1b0c2d3e4f4a5b",
    "hostname": "LAB-PC-3",
    "version": "0.1.0",
    "AgentView.errors": [],
    "ExportLink.filename": "payments_2026-09-01_2026-09-30.xlsx",
    "next_cursor": None,
    # the lab
    "WorkstationView.id": "front-desk",
    "StationView.id": "front-desk",
    "WorkstationView.display_name": "Front desk",
    "StationView.display_name": "Front desk",
    "role": "staff",
    "share_path": "Z:\\PrintLab",
    "StaffView.name": "Sam Rivera",
    "Activity.name": "Sam Rivera",
    "is_active": True,
    "active": True,
    "deactivated_at": None,
    "token": "eyJ…",
    "campus_networks": ["192.0.2.0/24"],
    "environment_banner": "",
    "MethodView.id": "Filament",
    "PrinterView.id": "prusa-mk4s",
    "PrinterView.name": "Prusa MK4S",
    "MaterialView.id": "filament",
    "MaterialView.name": "Filament",
    "description": "Melted plastic in layers",
    "methods": ["Filament"],
    "colors": ["Blue", "White"],
    "build_volume_mm": [250.0, 210.0, 220.0],
    "price_per_gram_cents": 10.0,
    "density_g_cm3": 1.24,
    "minimum_charge_cents": 300,
    "min_file_bytes": 1024,
    "max_file_bytes": 52_428_800,
    "disciplines": ["Art", "Architecture"],
    "extensions": [".stl", ".obj", ".3mf"],
    # lists and figures
    "page": 1,
    "limit": 50,
    "days": 30,
    "counts": _COUNTS,
    "CountsView.total": sum(_COUNTS.values()),
    "Stats.total": sum(_COUNTS.values()),
    "DetailedStats.total": sum(_COUNTS.values()),
    "ApplicationMetrics.jobs": _COUNTS,
    "HistoryPoint.jobs": _COUNTS,
    "by_status": {_STATUS: 3},
    "JobsPage.total": 2,
    "JobsPage.filtered": 1,
    "Storage.used": 12_400_000_000,
    "Storage.limit": 50_000_000_000,
    "revenue_cents": 12_850,
    "revenue_usd": "128.50",
    "average_payment_cents": 4283,
    "Slice.id": "prusa-mk4s",
    "Slice.name": "Prusa MK4S",
    "reason": "Walls or details are too thin to print",
    # audits, retention, mail, queues
    "AuditReport.task_id": "20261120T103000",
    "AuditStarted.task_id": "20261120T103000",
    "AuditReport.state": "done",
    "AuditReport.totals": {"broken_link": 1},
    "AuditReport.total": 1,
    "kind": "broken_link",
    "key": None,
    "FindingView.message": "Files of this job are nowhere to be found, or damaged.",
    "FindingView.details": {"missing": [f"{_NAME}.stl"], "short_id": "K7FWCD", "status": _STATUS},
    "dry_run": True,
    "retention_days": 45,
    "stored_bytes": 3_145_728,
    "FailedMail.id": "mail-0f5e3c2a",
    "RetriedMail.id": "mail-0f5e3c2a",
    "email_type": "approval",
    "last_error": "550 5.1.1 No such user",
    "QueueView.name": "mail",
    "queue": "mail",
    "transport": "smtp",
    "said": "250 2.0.0 OK",
    "sent": True,
    # watching
    "HealthView.status": "ok",
    "HealthView.components": {"database": "ok", "files": "ok", "queues": "ok"},
    "ComponentsView.status": "ok",
    "ComponentView.status": "ok",
    "runbook": "docs/runbook.md#mail-late",
    "AlertView.id": "mail-late",
    "type": "mail-late",
    "alerts": ["mail-late"],
    "python": "3.11.9",
    "system": "Linux",
    "configuration": {"stage": "prod", "mail_transport": "smtp"},
    "versions": {"chalice": "1.31.2"},
    "limits": {"max_file_bytes": 52_428_800},
    "TrackView.message": "Please confirm the price: use the link in the e-mail we sent you.",
    "AlertView.message": "A mail has waited for 20 minutes.",
    "message": "It is done.",
}
# What a mapping of any name to something is keyed by in an example.
_KEYS = {"schedules": "sweep", "outbox": "mail", "dead_letters": "mail", "outbox_age_s": "mail"}


def of(model: type[BaseModel]) -> Any:
    """An answer of that model, as JSON-ready values."""
    if issubclass(model, RootModel):
        return {"openapi": "3.1.0", "info": {"title": "PrintLab", "version": "1"}, "paths": {}}
    return {
        name: _value(model.__name__, name, field.annotation) for name, field in model.model_fields.items()
    }


def _value(owner: str, name: str, kind: Any) -> Any:
    for known in (f"{owner}.{name}", name):
        if known in _BY_NAME and _suits(_BY_NAME[known], kind):
            return _BY_NAME[known]
    return _made(owner, name, kind)


def _made(owner: str, name: str, kind: Any) -> Any:
    """A value by its type alone."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _made(owner, name, inner[0])
    if origin in {Union, types.UnionType}:
        return _value(owner, name, next(one for one in inner if one is not types.NoneType))
    if origin is Literal:
        return inner[0]
    if origin is list:
        return [_value(owner, name, inner[0])]
    if origin is dict:
        key = next(iter(inner[0])).value if _is_enum(inner[0]) else _KEYS.get(name, "database")
        return {key: _value(owner, name, inner[1])}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return of(kind)
    if _is_enum(kind):
        return next(iter(kind)).value
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    raise LookupError(f"{owner}.{name}: there is no example of a {kind}")


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _suits(value: Any, kind: Any) -> bool:
    """True when a value by name can be what the field holds; of mappings only the shape is looked at."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _suits(value, inner[0])
    if origin in {Union, types.UnionType}:
        return any(_suits(value, one) for one in inner)
    if kind is types.NoneType or value is None:
        return kind is types.NoneType and value is None
    if origin in {list, tuple}:
        return isinstance(value, list) and all(_suits(one, inner[0]) for one in value)
    if origin is dict:
        return isinstance(value, dict)
    if origin is Literal:
        return value in inner
    if _is_enum(kind):
        return value in {member.value for member in kind}
    if kind in (str, bool, int, float):
        return type(value) is kind
    return kind is Any
