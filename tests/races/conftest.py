"""The same scenes as the crash tests."""

from __future__ import annotations

from tests.crashes.conftest import faults, mail_pump, scene, world

__all__ = ["faults", "mail_pump", "scene", "world"]
