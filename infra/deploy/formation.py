"""CloudFormation: a change is prepared, shown, agreed to and then carried out, or nothing changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.deploy.stages import NotReady

_NOTHING = ("didn't contain changes", "No updates are to be performed")
_POLL = {"Delay": 5, "MaxAttempts": 720}  # a distribution takes some minutes, an hour is a fault
_UNTAKEN = "CloudFormation does not take the template"
_BUSY = "_IN_PROGRESS"
_NEVER_UP = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")


class Refused(Exception):
    """Whoever was asked did not agree; nothing was changed."""


class TakenBack(NotReady):
    """The change failed; all is as it was before."""


class Formation:
    """One stack."""

    def __init__(self, client: Any, stack: str, role: str = "") -> None:
        """`role`: whom CloudFormation acts as, the caller when empty."""
        self._client = client
        self._acts_as = {"RoleARN": role} if role else {}
        self._stack = stack

    def outputs(self) -> dict[str, str]:
        """What the stack says of itself; nothing when there is none."""
        return {item["OutputKey"]: item["OutputValue"] for item in (self._find() or {}).get("Outputs", [])}

    def apply(
        self, template_url: str, parameters: Mapping[str, str], agreed: Callable[[list[str]], bool]
    ) -> bool:
        """Bring the stack to the template; False when it was there. Raises Refused, NotReady."""
        kind = self._kind()
        name = f"deploy-{time.time_ns()}"
        self._create(name, kind, template_url, parameters)
        if not self._prepared(name):
            return False
        if not agreed(self._described(name)):
            self._client.delete_change_set(StackName=self._stack, ChangeSetName=name)
            raise Refused
        self._client.execute_change_set(StackName=self._stack, ChangeSetName=name)
        self._finish("stack_create_complete" if kind == "CREATE" else "stack_update_complete")
        return True

    def _create(self, name: str, kind: str, template_url: str, parameters: Mapping[str, str]) -> None:
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        try:
            self._client.create_change_set(
                StackName=self._stack,
                ChangeSetName=name,
                ChangeSetType=kind,
                TemplateURL=template_url,
                Parameters=given,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
                # What an earlier release left behind is taken up again. A new stack takes up nothing: what
                # is there under its names is another's, or the records of a stage that was removed.
                ImportExistingResources=kind == "UPDATE",
                **self._acts_as,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise NotReady(f"{_UNTAKEN}: {error.response['Error']['Message']}") from None

    def _find(self) -> Any:
        try:
            return self._client.describe_stacks(StackName=self._stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def _kind(self) -> str:
        status = self._status()
        if status == "REVIEW_IN_PROGRESS":
            return "CREATE"
        if status.endswith(_BUSY):
            raise NotReady(
                f"The stack {self._stack} is being changed already ({status}). Wait for that to end."
            )
        if status in _NEVER_UP:
            raise NotReady(self._make_anew(status))
        return "UPDATE"

    def _status(self) -> str:
        found = self._find()
        status: str = found["StackStatus"] if found else "REVIEW_IN_PROGRESS"
        return status

    def _make_anew(self, status: str) -> str:
        where = f"--stack-name {self._stack} --region {self._client.meta.region_name}"
        return (
            f"The stack {self._stack} never came up ({status}). Delete it and deploy again:\n"
            f"  aws cloudformation delete-stack {where}"
        )

    def _prepared(self, name: str) -> bool:
        """Wait until the change set can be looked at; False when it would change nothing."""
        waiter = self._client.get_waiter("change_set_create_complete")
        try:
            waiter.wait(StackName=self._stack, ChangeSetName=name, WaiterConfig=_POLL)
        except WaiterError:
            reason = self._client.describe_change_set(StackName=self._stack, ChangeSetName=name).get(
                "StatusReason", ""
            )
            self._client.delete_change_set(StackName=self._stack, ChangeSetName=name)
            if any(words in reason for words in _NOTHING):
                return False
            raise NotReady(f"{_UNTAKEN}: {reason}") from None
        return True

    def _described(self, name: str) -> list[str]:
        """The changes, one line each, what is replaced or removed first."""
        pages = self._client.get_paginator("describe_change_set").paginate(
            StackName=self._stack, ChangeSetName=name
        )
        changes = [change["ResourceChange"] for page in pages for change in page["Changes"]]
        lines = []
        for change in changes:
            replaced = change.get("Replacement") == "True"
            what = "Replace" if replaced else change["Action"]
            lines.append(
                (
                    what not in ("Replace", "Remove"),
                    f"{what:8} {change['LogicalResourceId']} ({change['ResourceType']})",
                )
            )
        return [line for _, line in sorted(lines)]

    def _finish(self, waiter: str) -> None:
        started = time.time()
        try:
            self._client.get_waiter(waiter).wait(StackName=self._stack, WaiterConfig=_POLL)
        except WaiterError:
            raise self._fault(started) from None

    def _fault(self, started: float) -> NotReady:
        """What became of a change that has not ended well, and why."""
        reasons = "".join(f"\n  {reason}" for reason in self._failures(started))
        status = self._status()
        if status.endswith(_BUSY):
            return NotReady(f"CloudFormation is still at work on it ({status}). Repeat this later.{reasons}")
        if status in _NEVER_UP:
            return NotReady(
                f"The stack could not be made: nothing runs yet.{reasons}\n{self._make_anew(status)}"
            )
        if status == "UPDATE_ROLLBACK_COMPLETE":
            return TakenBack(f"CloudFormation took the change back; what ran before still runs.{reasons}")
        return NotReady(f"The change failed and was not taken back ({status}).{reasons}")

    def _failures(self, since: float) -> list[str]:
        """Why, the first reason first: it is the last one that CloudFormation tells."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack)
        events = [event for page in pages for event in page["StackEvents"]]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("_FAILED") and event["Timestamp"].timestamp() >= since - 5
        ]
