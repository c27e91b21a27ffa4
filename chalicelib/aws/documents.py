"""The catalog and the lab's settings: JSON documents with a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import ConfigDocument
from chalicelib.aws.transactions import ConditionFailed, commit
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.lab_settings import LabSettings

CATALOG = "catalog"
SETTINGS = "settings"
# There while a backup is restored and not done: the rest of the lab may be half there.
RESTORE = "restore"


def find(document_id: str) -> ConfigDocument | None:
    """A document: the current one by its name, an earlier version as "name#000012"."""
    try:
        return ConfigDocument.get(document_id, consistent_read=True)
    except DoesNotExist:
        return None


def create(document_id: str, data: Any, *, by: str, now: datetime) -> bool:
    """Store the first version of a document; False when there is one already."""
    try:
        commit(lambda transaction: stage_replace(transaction, document_id, 0, data, by, now))
    except ConditionFailed:
        return False
    return True


def catalog() -> Catalog:
    """The current catalog. Raises Unavailable while the lab has none."""
    return _catalog_of(find(CATALOG))


def lab_settings() -> LabSettings:
    """The current settings; a lab that changed none has the defaults."""
    return _settings_of(find(SETTINGS))


@dataclass(frozen=True)
class StoredSettings:
    """The settings of one version, 0 while nobody has changed any, and who made it when."""

    settings: LabSettings
    version: int
    updated_by: str | None = None
    updated_at: datetime | None = None


def stored_settings() -> StoredSettings:
    """The current settings with their version, of one and the same document."""
    document = find(SETTINGS)
    if document is None:
        return StoredSettings(_settings_of(None), 0)
    return StoredSettings(
        _settings_of(document), int(document.version), document.updated_by, document.updated_at
    )


def catalog_and_settings() -> tuple[Catalog, LabSettings]:
    """Both at once. Raises Unavailable while the lab has no catalog."""
    found = {row.id: row for row in ConfigDocument.batch_get([CATALOG, SETTINGS], consistent_read=True)}
    return _catalog_of(found.get(CATALOG)), _settings_of(found.get(SETTINGS))


def _catalog_of(document: ConfigDocument | None) -> Catalog:
    if document is None:
        raise Unavailable("The lab has not set up its catalog yet.", component="catalog")
    return Catalog.from_data(int(document.version), document.data)


def _settings_of(document: ConfigDocument | None) -> LabSettings:
    return LabSettings.from_data(document.data if document else {})


def furnished_at() -> datetime | None:
    """When the lab got its first catalog: it is from then on that things are expected to run."""
    first = find(_numbered(CATALOG, 1))
    return first.updated_at if first else None


def stage_replace(
    transaction: TransactWrite, document_id: str, version: int, data: Any, by: str, now: datetime
) -> None:
    """Make `data` version `version` + 1, provided that `version` is still the current one (0: none yet).

    The new version is also kept under its number, so that every version can be looked up later.
    """
    new = ConfigDocument(id=document_id, version=version + 1, data=data, updated_by=by, updated_at=now)
    current = ConfigDocument.version == version if version else ConfigDocument.id.does_not_exist()
    transaction.save(new, condition=current)
    numbered = _numbered(document_id, version + 1)
    transaction.save(
        ConfigDocument(id=numbered, version=version + 1, data=data, updated_by=by, updated_at=now)
    )


def _numbered(document_id: str, version: int) -> str:
    return f"{document_id}#{version:06d}"
