"""Changing the catalog and the lab's settings: whole documents, one version after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.aws import documents, events
from chalicelib.aws.documents import StoredSettings
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain import offers
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.errors import InvalidInput, PreconditionFailed
from chalicelib.domain.events import EventType
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.domain.people import Caller
from chalicelib.services import changes, clock


def replace_catalog(data: Mapping[str, Any], expected_version: int, by: Caller) -> Catalog:
    """Make `data` the lab's offer at once, for the form and for staff.

    Raises InvalidInput naming what contradicts itself, PreconditionFailed when somebody
    else has changed the catalog since `expected_version`.
    """
    now = clock.now()
    if changes.is_repeat(by, now):
        return documents.catalog()
    data = _with_densities(data)
    new = Catalog.from_data(expected_version + 1, data)
    problems = offers.problems(new)
    if problems:
        raise InvalidInput("This catalog contradicts itself.", code="invalid_catalog", fields=problems)
    details = {"version": new.version, "printers": len(new.printers), "materials": len(new.materials)}
    _replace(documents.CATALOG, EventType.CATALOG_UPDATED, data, expected_version, by, now, details)
    return new


def _with_densities(data: Mapping[str, Any]) -> dict[str, Any]:
    """A material whose density is left out keeps the one it has."""
    stored = documents.find(documents.CATALOG)
    known = {m["id"]: m.get("density_g_cm3") for m in (stored.data if stored else {}).get("materials", [])}
    return {
        **data,
        "materials": [
            {**m, "density_g_cm3": m.get("density_g_cm3") or known.get(m["id"])} for m in data["materials"]
        ],
    }


def change_settings(wanted: Mapping[str, Any], expected_version: int | None, by: Caller) -> StoredSettings:
    """Change some of the settings; answers all of them.

    Raises PreconditionFailed as `replace_catalog` does.
    """
    now = clock.now()
    stored = documents.stored_settings()
    version = stored.version
    if changes.is_repeat(by, now):
        return stored
    if expected_version is not None and expected_version != version:
        raise _outdated(version, stored.updated_by)
    data = _plain(stored.settings) | dict(wanted)
    details = {"version": version + 1, "changed": sorted(wanted)}
    _replace(documents.SETTINGS, EventType.SETTINGS_UPDATED, data, version, by, now, details)
    return StoredSettings(LabSettings.from_data(data), version + 1, by.name, now)


def _plain(settings: LabSettings) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(settings).items()}


def _replace(
    document_id: str,
    kind: EventType,
    data: Mapping[str, Any],
    version: int,
    by: Caller,
    now: datetime,
    details: dict[str, Any],
) -> None:
    told = events.make(events.SYSTEM_EVENTS, kind, by, now, details)
    try:
        events.record(
            [told],
            lambda t: documents.stage_replace(t, document_id, version, dict(data), by.name, now),
            *changes.once(by, now),
        )
    except ConditionFailed:
        current = documents.find(document_id)
        if current is None:
            raise _outdated(0, None) from None
        raise _outdated(int(current.version), current.updated_by) from None


def _outdated(version: int, updated_by: str | None) -> PreconditionFailed:
    who = updated_by or "Somebody else"
    return PreconditionFailed(
        f"{who} has changed this in the meantime. Load it again and repeat your change.",
        current_version=version,
        updated_by=updated_by,
    )
