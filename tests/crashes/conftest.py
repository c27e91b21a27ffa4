"""The stores with hooks on every call of the application to AWS."""

from __future__ import annotations

import pytest
from localstack_client.session import Session

from infra.local.functions import Functions, Trigger
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import steps
from tests.crashes.faults import Faults
from tests.crashes.straight import straight
from tests.crashes.use_cases import Scene
from tests.crashes.world import World


@pytest.fixture(scope="session")
def faults(cloud: Session) -> Faults:
    """What can be made to go wrong."""
    return Faults()


@pytest.fixture(scope="session")
def world(cloud: Session) -> World:
    """All that is stored."""
    return World(cloud)


class _MailOnly(Functions):
    """The functions but the one that draws pictures, which takes a fifth of a second each time."""

    def triggers(self) -> list[Trigger]:
        """The mail queue."""
        return [trigger for trigger in super().triggers() if trigger.function == "send_mail"]


@pytest.fixture(scope="session")
def mail_pump(functions: Functions) -> Pump:
    """The trigger of the mail queue."""
    return Pump(_MailOnly(functions.app), retry_after_s=0)


@pytest.fixture
def scene(
    fresh: None, functions: Functions, scheduler: Scheduler, world: World, pump: Pump, mail_pump: Pump
) -> Scene:
    """A furnished lab without a job."""
    steps.furnish()
    anybody = straight(functions)
    for workstation in ("front-desk", "admin-desk", "lab-pc"):
        steps.at(anybody, workstation)
    return Scene(functions, scheduler, world, anybody, pump, mail_pump)
