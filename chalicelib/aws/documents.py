"""The catalog and the lab's settings: JSON documents with a version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.aws.tables import ConfigDocument
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.lab_settings import LabSettings

CATALOG = "catalog"
SETTINGS = "settings"


def _find(document_id: str) -> ConfigDocument | None:
    try:
        return ConfigDocument.get(document_id, consistent_read=True)
    except DoesNotExist:
        return None


def create(document_id: str, data: Any, *, by: str, now: datetime) -> bool:
    """Store the first version of a document; False when there is one already."""
    document = ConfigDocument(id=document_id, version=1, data=data, updated_by=by, updated_at=now)
    try:
        document.save(condition=ConfigDocument.id.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def catalog() -> Catalog:
    """The current catalog. Raises Unavailable while the lab has none."""
    document = _find(CATALOG)
    if document is None:
        raise Unavailable("The lab has not set up its catalog yet.", component="catalog")
    return Catalog.from_data(int(document.version), document.data)


def lab_settings() -> LabSettings:
    """The current settings; a lab that changed none has the defaults."""
    document = _find(SETTINGS)
    return LabSettings.from_data(document.data if document else {})
