"""One example of every body that callers may send; a test holds each against its model."""

from __future__ import annotations

from typing import Any

_SAM = {"staff_name": "Sam Rivera"}
_FORM = {
    "student_name": "Jane Doe",
    "student_email": "jane.doe@example.edu",
    "discipline": "Architecture",
    "class_number": "ARCH 4000",
    "method": "Filament",
    "printer": "prusa-mk4s",
    "color": "Blue",
    "acknowledged_minimum_charge": True,
}
_JOB = "0f5e3c2a9b7d4c1e8a6f5b4c3d2e1f00"

REQUESTS: dict[str, Any] = {
    "Login": {"workstation_id": "front-desk", "password": "correct horse battery staple"},
    "Nothing": {},
    "SubmissionForm": _FORM,
    "UploadRequest": {
        **_FORM,
        "filename": "bracket.stl",
        "size": 1_048_576,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "ResendRequest": {"job_id": _JOB},
    "ByStaff": _SAM,
    "Review": {**_SAM, "reviewed": True},
    "Approval": {
        **_SAM,
        "authoritative_filename": "JaneDoe_Filament_Blue_K7FWCD.gcode",
        "weight_g": 45.25,
        "time_hours": 3.2,
    },
    "Rejection": {**_SAM, "reasons": ["Walls or details are too thin to print"], "custom_reason": ""},
    "MarkPrinting": {**_SAM, "printer": "prusa-xl"},
    "ReasonGiven": {**_SAM, "reason": "The first layer came off the bed"},
    "ChangeStatus": {**_SAM, "reason": "Was marked by mistake", "new_status": "READYTOPRINT"},
    "Payment": {**_SAM, "grams": 44.5, "txn_no": "A-10234", "picked_up_by": "Jane Doe"},
    "Deletion": {**_SAM, "confirm": "K7FWCD"},
    "Note": {**_SAM, "text": "Student asked for a brim"},
    "OpenedInSlicer": {**_SAM, "filename": "JaneDoe_Filament_Blue_K7FWCD.stl"},
    "ResendMail": {**_SAM, "email_type": "approval"},
    "CandidateAnnouncement": {
        "name": "JaneDoe_Filament_Blue_K7FWCD_PLA.gcode",
        "size": 2_097_152,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "replaces": None,
    },
    "Heartbeat": {
        "share_id": "5b0f6c0e9d1a4f7c",
        "instance": "8a1b0c2d3e4f4a5b",
        "lead": True,
        "version": "0.1.0",
        "hostname": "LAB-PC-3",
        "last_success_at": "2026-11-20T15:18:01Z",
        "pending_downloads": 0,
        "pending_uploads": 1,
        "conflicts": 0,
        "errors": ["JaneDoe_Filament_Blue_K7FWCD_PLA.gcode is open in another program"],
    },
    "NewStaff": {**_SAM, "name": "Alex Kim"},
    "StaffChange": {**_SAM, "is_active": False},
    "NewWorkstation": {
        **_SAM,
        "id": "desk-2",
        "display_name": "Second desk",
        "role": "staff",
        "password": "a long first password",
        "share_path": "Z:\\PrintLab",
    },
    "WorkstationChange": {**_SAM, "disabled": True},
    "CatalogUpdate": {
        **_SAM,
        "methods": [{"id": "Filament", "description": "Melted plastic in layers"}],
        "printers": [
            {
                "id": "prusa-mk4s",
                "name": "Prusa MK4S",
                "methods": ["Filament"],
                "build_volume_mm": [250, 210, 220],
                "active": True,
            }
        ],
        "materials": [
            {
                "id": "filament",
                "name": "Filament",
                "method": "Filament",
                "price_per_gram_cents": 10,
                "density_g_cm3": 1.24,
                "colors": ["Blue", "White"],
                "active": True,
            }
        ],
    },
    "TestMailRequest": {**_SAM, "to": "it@example.edu"},
    "PaymentsExport": {**_SAM, "start_date": "2026-09-01", "end_date": "2026-09-30", "format": "csv"},
    "RetentionRun": {**_SAM, "retention_days": 45, "dry_run": True},
    "AuditStart": _SAM,
    "FileRemoval": {**_SAM, "key": "Uploaded/JaneDoe_Filament_Blue_K7FWCD.stl"},
    "CounterRepair": {**_SAM, "key": "counters/UPLOADED"},
    "JobRepair": {**_SAM, "job_id": _JOB},
    "SettingsUpdate": {**_SAM, "archive_after_days": 60},
}

ERRORS: dict[int, dict[str, Any]] = {
    400: {
        "error": "invalid_input",
        "message": "Give more than 0.",
        "details": {"fields": {"weight_g": "Give more than 0."}},
    },
    401: {"error": "not_authenticated", "message": "Please log in.", "details": {}},
    403: {
        "error": "not_permitted",
        "message": "This needs an administrator's workstation.",
        "details": {},
    },
    404: {
        "error": "not_found",
        "message": "There is no such job. It may have been deleted.",
        "details": {"job_id": _JOB},
    },
    409: {
        "error": "conflict",
        "message": "Somebody was faster: this job is Pending now.",
        "details": {"status": "PENDING"},
    },
    410: {
        "error": "gone",
        "message": "This confirmation link has expired.",
        "details": {"reason": "expired", "job_id": _JOB},
    },
    429: {
        "error": "rate_limited",
        "message": "Too many requests. Please wait a moment.",
        "details": {"retry_after": 42},
    },
}
