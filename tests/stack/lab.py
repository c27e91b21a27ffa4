"""The people of a deployed lab: as the demo's, but what AWS does by itself is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from infra import demo
from infra.local.mailbox import Mailbox
from tests.stack.conftest import Site
from tests.stack.emulated_aws import EmulatedAws

# A schedule of one minute fires in the next minute; everything else takes seconds.
_PATIENCE_S = 100

Found = TypeVar("Found")


def awaited(what: str, look: Callable[[], Found | None]) -> Found:
    """What `look` finds, as soon as it does. The triggers of emulated AWS tell nobody when they fire."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what} did not come within {_PATIENCE_S} s")


def physical(aws: EmulatedAws, stage: str, logical: str) -> str:
    """The name or id that CloudFormation gave a resource of a stage."""
    found = aws.client("cloudformation").describe_stack_resource(
        StackName=f"printlab-{stage}", LogicalResourceId=logical
    )
    name: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return name


class Lab(demo.Lab):
    """The lab of the demo, at the first workstation of a stage."""

    def __init__(self, admin: Site, site: Site, mails: Mailbox) -> None:
        self.public, self.staff, self._mails = site, admin, mails

    def mail(self, to: str, subject_part: str) -> dict[str, Any]:
        """The newest mail to `to` whose subject holds `subject_part`."""

        def arrived() -> dict[str, Any] | None:
            return next(
                (m for m in self._mails.mails() if to in m["to"] and subject_part in m["subject"]), None
            )

        return awaited(f"a mail about “{subject_part}”", arrived)
