"""What administrators see when something does not work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.api.views.monitoring import ComponentsView
from chalicelib.domain.watch import Component


class Diagnosis(BaseModel):
    """Of secrets only whether they are there; sizes in bytes."""

    now: Time
    configuration: dict[str, str | int | bool | None]
    versions: dict[str, str]
    limits: dict[str, int]
    health: ComponentsView

    @classmethod
    def of(
        cls,
        *,
        now: datetime,
        configuration: Mapping[str, str | int | bool | None],
        versions: Mapping[str, str],
        limits: Mapping[str, int],
        components: tuple[Component, ...],
    ) -> Diagnosis:
        """From what was found out."""
        return cls(
            now=now,
            configuration=dict(configuration),
            versions=dict(versions),
            limits=dict(limits),
            health=ComponentsView.of(components, now),
        )


class TestMailView(BaseModel):
    """What became of a test mail: `said` is the mail server's own answer."""

    sent: bool
    transport: str
    said: str
    seconds: float
