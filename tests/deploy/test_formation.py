"""What is said when a change of a stack does not end well: what runs now, and the first reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.deploy import formation
from infra.deploy.formation import Formation
from infra.deploy.releases import Releases
from infra.deploy.stages import NotReady
from tests.stack.emulated_aws import EmulatedAws

_TEMPLATES = "templates-of-tests"
QUEUE = {"Type": "AWS::SQS::Queue"}


class Stack:
    """A stack of a few resources."""

    def __init__(self, account: EmulatedAws, name: str) -> None:
        self.name, self._account = name, account
        self.formation = Formation(account.client("cloudformation"), name)

    def apply(self, **resources: Any) -> bool:
        """Bring the stack to these resources."""
        kept = Releases(self._account.client("s3"), _TEMPLATES, self.name)
        kept.prepare("us-east-1")
        key = kept.store("templates", json.dumps({"Resources": resources}).encode(), "json")
        return self.formation.apply(kept.url(key), {}, lambda _changes: True)


def waiting(seconds: int, after: list[str] | None = None) -> dict[str, Any]:
    """What waits for a signal that never comes, and then fails."""
    properties = {"Handle": {"Ref": "Handle"}, "Count": 1, "Timeout": str(seconds)}
    return {
        "Waiting": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": properties,
            "DependsOn": after or [],
        },
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    }


def test_a_first_creation_that_fails_leaves_nothing(account: EmulatedAws) -> None:
    with pytest.raises(NotReady, match="nothing runs yet") as failed:
        Stack(account, "first").apply(Queue=QUEUE, **waiting(1))
    assert "still runs" not in str(failed.value)
    assert "delete-stack --stack-name first" in str(failed.value)
    assert "Waiting: " in str(failed.value)


def test_a_change_that_fails_leaves_what_ran(account: EmulatedAws) -> None:
    stack = Stack(account, "changed")
    assert stack.apply(Queue=QUEUE)
    with pytest.raises(NotReady, match="what ran before still runs") as failed:
        stack.apply(Queue=QUEUE, **waiting(1))
    assert "Waiting: " in str(failed.value)


def test_a_change_that_takes_too_long_is_not_taken_back(
    account: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Stack(account, "slow")
    assert stack.apply(Queue=QUEUE)
    monkeypatch.setattr(formation, "_POLL", {"Delay": 1, "MaxAttempts": 2})
    with pytest.raises(NotReady, match=r"still at work on it \(UPDATE_IN_PROGRESS\)") as failed:
        stack.apply(Queue=QUEUE, **waiting(60))
    assert "took the change back" not in str(failed.value)


def test_the_first_reason_is_told_however_much_followed(account: EmulatedAws) -> None:
    stack = Stack(account, "long")
    assert stack.apply(Queue=QUEUE)
    more = {f"Queue{n}": QUEUE for n in range(60)}
    with pytest.raises(NotReady, match="Waiting: "):
        stack.apply(Queue=QUEUE, **more, **waiting(1, list(more)))
