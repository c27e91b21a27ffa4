"""An old system as a lab leaves it behind: tables of its schema, and its storage folder.

The schema is that of the old system's own documents (a later version of them: short ids, payments, catalog).
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.models import next_seed, stl_bytes

Rows = list[dict[str, Any]]

SCHEMA: dict[str, dict[str, str]] = {
    "staff": {
        "name": "VARCHAR(100) PRIMARY KEY",
        "is_active": "BOOLEAN",
        "added_at": "TIMESTAMP",
        "deactivated_at": "TIMESTAMP",
    },
    "job": {
        "id": "VARCHAR PRIMARY KEY",
        "short_id": "VARCHAR(12) UNIQUE",
        "student_name": "VARCHAR(100)",
        "student_email": "VARCHAR(100)",
        "discipline": "VARCHAR(50)",
        "class_number": "VARCHAR(50)",
        "original_filename": "VARCHAR(256)",
        "display_name": "VARCHAR(256)",
        "file_path": "VARCHAR(512)",
        "metadata_path": "VARCHAR(512)",
        "file_hash": "VARCHAR(64)",
        "status": "VARCHAR(50)",
        "printer": "VARCHAR(64)",
        "color": "VARCHAR(32)",
        "material": "VARCHAR(32)",
        "weight_g": "FLOAT",
        "time_hours": "FLOAT",
        "cost_usd": "NUMERIC(6,2)",
        "acknowledged_minimum_charge": "BOOLEAN",
        "student_confirmed": "BOOLEAN",
        "student_confirmed_at": "TIMESTAMP",
        "confirm_token": "VARCHAR(128) UNIQUE",
        "confirm_token_expires": "TIMESTAMP",
        "is_confirmation_expired": "BOOLEAN",
        "confirmation_last_sent_at": "TIMESTAMP",
        "reject_reasons": "JSON",
        "staff_viewed_at": "TIMESTAMP",
        "last_updated_by": "VARCHAR(100)",
        "notes": "TEXT",
        "locked_by": "VARCHAR(100)",
        "locked_until": "TIMESTAMP",
        "created_at": "TIMESTAMP",
        "updated_at": "TIMESTAMP",
    },
    "event": {
        "id": "INTEGER PRIMARY KEY",
        "job_id": "VARCHAR",
        "timestamp": "TIMESTAMP",
        "event_type": "VARCHAR(50)",
        "details": "JSON",
        "triggered_by": "VARCHAR(100)",
        "workstation_id": "VARCHAR(100)",
    },
    "payment": {
        "job_id": "VARCHAR PRIMARY KEY",
        "grams": "FLOAT",
        "price_cents": "INTEGER",
        "txn_no": "VARCHAR(50)",
        "picked_up_by": "VARCHAR(100)",
        "paid_ts": "TIMESTAMP",
        "paid_by_staff": "VARCHAR(100)",
    },
    "catalog_store": {
        "id": "VARCHAR(50) PRIMARY KEY",
        "version": "INTEGER",
        "data": "JSON",
        "updated_by": "VARCHAR(100)",
        "updated_at": "TIMESTAMPTZ",
    },
}

FOLDERS = {
    "UPLOADED": "Uploaded",
    "PENDING": "Pending",
    "READYTOPRINT": "ReadyToPrint",
    "PRINTING": "Printing",
    "COMPLETED": "Completed",
    "PAIDPICKEDUP": "PaidPickedUp",
    "REJECTED": "Uploaded",  # the old system left them where they were
    "ARCHIVED": "Archived",
}
# (event, details, who) of each step on the way to a status.
_STEPS: dict[str, list[tuple[str, dict[str, Any], str]]] = {
    "UPLOADED": [("JobCreated", {"printer": "Prusa MK4S"}, "student")],
    "PENDING": [("StaffApproved", {"weight_g": 24.5}, "staff"), ("EmailSent", {"to": "a@b.edu"}, "system")],
    "READYTOPRINT": [("StudentConfirmed", {}, "student")],
    "PRINTING": [("StatusChanged", {"from": "READYTOPRINT", "to": "PRINTING"}, "staff")],
    "COMPLETED": [("StatusChanged", {"old_status": "PRINTING", "new_status": "COMPLETED"}, "staff")],
    "PAIDPICKEDUP": [("StatusChanged", {"new_status": "PAIDPICKEDUP"}, "staff")],
    "REJECTED": [("StaffRejected", {"reasons": ["Too big for Jane"]}, "staff")],
    "ARCHIVED": [("JobArchived", {}, "staff")],
}
_WAYS = {status: list(FOLDERS)[: list(FOLDERS).index(status) + 1] for status in list(FOLDERS)[:6]}
_WAYS |= {"REJECTED": ["UPLOADED", "REJECTED"], "ARCHIVED": [*_WAYS["PAIDPICKEDUP"], "ARCHIVED"]}
_NAMES = ("Jane Doe", "José Núñez", "李 小龍", "Ada O'Neil", "Sam de la Cruz")
STAFF = ("Sam Ortiz", "Robin Past", "Kim Now")


@dataclass
class OldLab:
    """Rows and files; change `tables` before saving to damage them."""

    storage: Path
    tables: dict[str, Rows] = field(default_factory=lambda: {table: [] for table in SCHEMA})
    start: datetime = datetime(2024, 9, 2, 14, 30, 0, 250000)

    def __post_init__(self) -> None:
        for folder in {*FOLDERS.values()}:
            (self.storage / folder).mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(STAFF):
            left = self.start + timedelta(days=90) if name == "Robin Past" else None
            row = {"name": name, "is_active": left is None, "added_at": self.start, "deactivated_at": left}
            self.tables["staff"].append({**row, "added_at": self.start + timedelta(days=number)})

    def job(self, status: str = "UPLOADED", content: bytes | None = None, **columns: Any) -> dict[str, Any]:
        """A job in `status`, with its file, its record and everything that happened to it."""
        number = len(self.tables["job"])
        rng = random.Random(number)
        job_id = uuid.UUID(int=rng.getrandbits(128), version=4).hex
        short_id = "".join(rng.choice("CDFGHJKMNPQRTVWXY34679") for _ in range(6))
        name = _NAMES[number % len(_NAMES)]
        display = f"Student{number}_Filament_Blue_{short_id}"
        path = self.put(FOLDERS.get(status, "Uploaded"), f"{display}.stl", content)
        created = self.start + timedelta(hours=7 * number)
        row: dict[str, Any] = dict.fromkeys(SCHEMA["job"])
        row |= {"id": job_id, "short_id": short_id, "student_name": name, "created_at": created}
        row |= {
            "student_email": f"student{number}@example.edu",
            "discipline": "Engineering",
            "status": status,
        }
        row |= {"class_number": "ARCH 4000", "original_filename": "bracket.stl", "display_name": display}
        row |= {"file_path": f"/app/storage/{path.parent.name}/{path.name}", "printer": "Prusa MK4S"}
        row |= {"color": "Blue", "material": "Filament", "acknowledged_minimum_charge": True}
        row |= {"file_hash": hashlib.sha256(path.read_bytes()).hexdigest(), "is_confirmation_expired": False}
        row |= {
            "student_confirmed": False,
            "updated_at": created + timedelta(hours=len(_WAYS.get(status, ()))),
        }
        if status not in {"UPLOADED", "REJECTED"}:
            row |= {"weight_g": 24.5, "time_hours": 3.5, "cost_usd": 4.35, "last_updated_by": "Robin Past"}
        (path.parent / f"{display}_metadata.json").write_text(json.dumps({"id": job_id}))
        self._happened(row, status, created)
        self.tables["job"].append(row | columns)
        return self.tables["job"][-1]

    def _happened(self, row: dict[str, Any], status: str, at: datetime) -> None:
        for step in _WAYS.get(status, ["UPLOADED"]):
            for kind, details, who in _STEPS[step]:
                by = "Robin Past" if who == "staff" else who
                self.event(row["id"], kind, at, details, by)
            if step == "PAIDPICKEDUP":
                self.pay(row, at)
            at += timedelta(hours=1)

    def pay(self, job: dict[str, Any], at: datetime) -> dict[str, Any]:
        """A payment for a job."""
        paid = {"job_id": job["id"], "grams": 23.75, "price_cents": 238, "txn_no": "TC-204817"}
        paid |= {"picked_up_by": job["student_name"], "paid_ts": at, "paid_by_staff": "Robin Past"}
        self.tables["payment"].append(paid)
        return paid

    def event(
        self, job_id: str | None, kind: str, at: datetime | None, details: Any = None, by: str = "Sam Ortiz"
    ) -> dict[str, Any]:
        """Something that happened."""
        number = len(self.tables["event"]) + 1
        row = {"id": number, "job_id": job_id, "timestamp": at, "event_type": kind, "details": details}
        self.tables["event"].append({**row, "triggered_by": by, "workstation_id": "front-desk"})
        return self.tables["event"][-1]

    def put(self, folder: str, name: str, content: bytes | None = None) -> Path:
        """A file in a status folder."""
        path = self.storage / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(stl_bytes(next_seed()) if content is None else content)
        return path

    def catalog(self, **data: Any) -> None:
        """The old catalog."""
        row = {"id": "active", "version": 5, "data": data, "updated_by": "Kim Now"}
        self.tables["catalog_store"].append({**row, "updated_at": self.start})

    def save(self, path: Path, without: dict[str, tuple[str, ...]] | None = None) -> str:
        """As SQLite, without some tables (no names) or columns; answers the URL. Anew each time."""
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as opened:
            for table, columns in self._columns(without or {}):
                spelled = ", ".join(f'"{name}" {columns[name].split()[0]}' for name in columns)
                opened.execute(f'CREATE TABLE "{table}" ({spelled})')
                marks = ", ".join("?" for _ in columns)
                values = [[_sqlite(row.get(name)) for name in columns] for row in self.tables[table]]
                opened.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
            opened.commit()
        return f"sqlite:///{path}"

    def _columns(self, without: dict[str, tuple[str, ...]]) -> list[tuple[str, dict[str, str]]]:
        found = []
        for table, columns in SCHEMA.items():
            if without.get(table) != ():
                gone = without.get(table, ())
                found.append((table, {name: kind for name, kind in columns.items() if name not in gone}))
        return found

    def save_postgres(self, url: str) -> str:
        """As PostgreSQL, with the keys and types of the old system."""
        import psycopg
        from psycopg.types.json import Json

        with psycopg.connect(url) as opened:
            for table, columns in self._columns({}):
                opened.execute(f'DROP TABLE IF EXISTS "{table}"'.encode())
                spelled = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
                opened.execute(f'CREATE TABLE "{table}" ({spelled})'.encode())
                marks = ", ".join("%s" for _ in columns)
                for row in self.tables[table]:
                    values = [
                        Json(v) if columns[k] == "JSON" and v is not None else v for k, v in row.items()
                    ]
                    names = ", ".join(f'"{name}"' for name in row)
                    opened.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})'.encode(), values)
        return url


def _sqlite(value: Any) -> Any:
    """As SQLAlchemy stores it there."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return json.dumps(value) if isinstance(value, dict | list) else value
