"""A job that moves in fails and dies at each call to AWS: it comes whole, once, or not at all."""

from __future__ import annotations

import copy
from datetime import UTC
from pathlib import Path

from chalicelib.aws import jobs
from chalicelib.domain.lifecycle import Status
from chalicelib.services import clock
from infra.import_legacy import source, storage, writing
from infra.import_legacy.plans import Plan
from infra.import_legacy.run import Import
from infra.local.mailbox import Mailbox
from tests.crashes import test_crashes
from tests.crashes.faults import Faults
from tests.crashes.use_cases import Scene, UseCase
from tests.legacy.old_lab import OldLab


def _planned(folder: Path) -> Plan:
    """A job with everything: history, payment, a slicer's file."""
    lab = OldLab(folder / "storage")
    old = lab.job("PAIDPICKEDUP")
    lab.put("PaidPickedUp", f"{old['display_name']}_PLA.gcode", b"G28\n" * 400)
    read = source.read(lab.save(folder / "old.db"))
    run = Import(read, storage.listing(lab.storage), UTC, clock.now(), False, lambda *_: None)
    [plan] = run.planned()
    return plan


def test_whatever_happens(tmp_path: Path, scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    plan = _planned(tmp_path)

    def call(_: Scene) -> None:
        if jobs.find(plan.id) is None:  # as each run looks first
            writing.write(copy.deepcopy(plan), holds_guard=False)

    case = UseCase("import", lambda _: None, call, Status.PAIDPICKEDUP, answers=False, pictures=True)
    test_crashes.test_whatever_happens(case, scene, faults, mailbox)
