"""Keys are added and let go of while somebody else does the same: none is lost.

What comes in between does so by a hook of botocore, at the call that would lose it. Emulated AWS numbers what
is written to a parameter, and keeps it under that number, as SSM does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from infra.deploy import keys
from infra.deploy.stages import Stage
from tests.stack.emulated_aws import EmulatedAws

_NUMBERS = count()
_STAGE = Stage("dev", "us-east-1", "PrintLab <print@example.edu>", mail_identity="example.edu")


@pytest.fixture
def stage(account: EmulatedAws) -> Stage:
    """One whose keys are just made."""
    made = replace(_STAGE, name=f"dev-{next(_NUMBERS)}")
    keys.ensure(account.client("ssm"), made)
    return made


@pytest.fixture
def believed(account: EmulatedAws, stage: Stage) -> Callable[[str], list[str]]:
    """All keys of a secret, oldest first."""

    def listed(name: str) -> list[str]:
        found = account.client("ssm").get_parameter(Name=keys.parameter(stage, name), WithDecryption=True)
        value: str = found["Parameter"]["Value"]
        return value.split(",")

    return listed


def interrupted(account: EmulatedAws, *meanwhile: Callable[[], None]) -> Any:
    """A client that lets each of these happen just before one of its writes."""
    client = account.client("ssm")
    waiting = list(meanwhile)

    def before(**_: Any) -> None:
        if waiting:
            waiting.pop(0)()

    client.meta.events.register("before-call.ssm.PutParameter", before)
    return client


@pytest.mark.parametrize("name", keys.GENERATED)
def test_two_rotations_at_once_add_two_keys(
    account: EmulatedAws, stage: Stage, believed: Callable[[str], list[str]], name: str
) -> None:
    (first,) = believed(name)
    others: list[str] = []

    def rotate() -> None:
        keys.rotate(account.client("ssm"), stage, name)
        others.append(believed(name)[-1])

    keys.rotate(interrupted(account, rotate), stage, name)
    (other,) = others
    assert len(believed(name)) == 3
    assert {first, other} < set(believed(name))


def test_many_rotations_at_once_add_as_many_keys(
    account: EmulatedAws, stage: Stage, believed: Callable[[str], list[str]]
) -> None:
    def rotate(client: Any) -> Callable[[], None]:
        return lambda: keys.rotate(client, stage, "origin-keys")

    # The second comes between reading and writing of the first, and the third between those of the second;
    # the fourth when the first has found out and writes again.
    third, fourth = rotate(account.client("ssm")), rotate(account.client("ssm"))
    second = rotate(interrupted(account, third))
    keys.rotate(interrupted(account, second, fourth), stage, "origin-keys")
    assert len(set(believed("origin-keys"))) == 5


@pytest.mark.parametrize("late", ["rotate", "retire"])
def test_a_key_that_is_added_while_old_ones_go_stays(
    account: EmulatedAws, stage: Stage, believed: Callable[[str], list[str]], late: str
) -> None:
    ssm = account.client("ssm")
    for _ in range(3):
        keys.rotate(ssm, stage, "origin-keys")
    *_, before, used = believed("origin-keys")

    def retire(client: Any = ssm) -> None:
        keys.retire(client, stage, "origin-keys", used)

    def rotate(client: Any = ssm) -> None:
        keys.rotate(client, stage, "origin-keys")

    if late == "retire":
        retire(interrupted(account, rotate))
        assert believed("origin-keys")[:2] == [before, used]
        assert len(believed("origin-keys")) == 3
    else:
        rotate(interrupted(account, retire))
        assert believed("origin-keys")[-3:-1] == [before, used]
    assert keys.newest(ssm, stage, "origin-keys") not in (before, used)


def test_what_nobody_disturbs_is_written_once(account: EmulatedAws, stage: Stage) -> None:
    ssm = account.client("ssm")
    name = keys.parameter(stage, "signing-keys")
    before = ssm.get_parameter(Name=name)["Parameter"]["Version"]
    keys.rotate(ssm, stage, "signing-keys")
    assert ssm.get_parameter(Name=name)["Parameter"]["Version"] == before + 1
