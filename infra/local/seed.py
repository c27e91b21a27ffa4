"""What a new lab starts with: a catalog, staff, workstations, and jobs to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.aws import directory, documents
from chalicelib.aws.tables import StaffMember, Workstation
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import clock, passwords

STAFF = ("Jordan Lee", "Priya Shah", "Sam Ortiz")

FILAMENT_COLORS = [
    "True Red",
    "Orange",
    "Yellow",
    "Green",
    "Blue",
    "Purple",
    "Black",
    "White",
    "Gray",
    "True Brown",
]

CATALOG: dict[str, Any] = {
    "methods": [
        {
            "id": "Filament",
            "description": "Good resolution, suitable for simpler models. Fast. "
            "Best For: Medium items. Cost: Least expensive.",
        },
        {
            "id": "Resin",
            "description": "Super high resolution and detail. Slow. "
            "Best For: Small items. Cost: More expensive.",
        },
    ],
    "printers": [
        {
            "id": "prusa-mk4s",
            "name": "Prusa MK4S",
            "methods": ["Filament"],
            "build_volume_mm": [250, 210, 220],
            "active": True,
        },
        {
            "id": "prusa-xl",
            "name": "Prusa XL",
            "methods": ["Filament"],
            "build_volume_mm": [360, 360, 360],
            "active": True,
        },
        {
            "id": "raise3d-pro-2-plus",
            "name": "Raise3D Pro 2 Plus",
            "methods": ["Filament"],
            "build_volume_mm": [305, 305, 605],
            "active": True,
        },
        {
            "id": "formlabs-form-3",
            "name": "Formlabs Form 3",
            "methods": ["Resin"],
            "build_volume_mm": [145, 145, 175],
            "active": True,
        },
    ],
    "materials": [
        {
            "id": "filament",
            "name": "Filament (PLA)",
            "method": "Filament",
            "price_per_gram_cents": 10,
            "density_g_cm3": "1.24",
            "colors": FILAMENT_COLORS,
            "active": True,
        },
        {
            "id": "resin",
            "name": "Resin (standard)",
            "method": "Resin",
            "price_per_gram_cents": 20,
            "density_g_cm3": "1.15",
            "colors": ["Black", "White", "Gray", "Clear"],
            "active": True,
        },
    ],
}

# On one PC all local clients share one address; nobody's hourly limit should stop the next one.
SETTINGS: dict[str, Any] = {"campus_networks": ["127.0.0.0/8"]}


@dataclass(frozen=True)
class Station:
    """A workstation to create; `password` in clear, stored only as a hash."""

    id: str
    display_name: str
    role: Actor
    password: str


def opens(workstation_id: str, password: str) -> bool:
    """Whether that password logs in there: a lab gives other ones, and a restore brings those of before."""
    station = directory.find_workstation(workstation_id)
    return station is not None and not station.disabled and passwords.matches(password, station.password_hash)


def seed(stations: list[Station], *, demo: bool = False) -> bool:
    """Fill an empty lab, with demo jobs if asked; False when it has a catalog already.

    The catalog comes last before the jobs: stopped before it, the next start goes on. Demo jobs that were
    not reached do not come later.
    """
    if documents.find(documents.CATALOG):
        return False
    now = clock.now()
    for station in stations:
        directory.add_workstation(
            Workstation(
                id=station.id,
                display_name=station.display_name,
                role=station.role.value,
                password_hash=passwords.hashed(station.password),
                share_path="Z:\\PrintLab",
            )
        )
    for name in STAFF:
        directory.add_staff(StaffMember(name=name, added_at=now - timedelta(days=30)))
    documents.create(documents.SETTINGS, SETTINGS, by="system", now=now)
    documents.create(documents.CATALOG, CATALOG, by="system", now=now)
    if demo:
        from infra.local import demo_jobs  # numpy and the sample models, only where they are wanted

        demo_jobs.create()
    return True
