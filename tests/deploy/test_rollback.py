"""The way back, on an emulated account: wherever a command stopped, the next one leads to what ran before."""

from __future__ import annotations

from typing import Any

import pytest

from infra.deploy import package
from infra.deploy.formation import Refused
from infra.deploy.stages import NotReady
from tests.deploy.operator import BROKEN, Operator
from tests.stack.emulated_aws import EmulatedAws

# Where a command is stopped: while the pages are sent, or while CloudFormation is at work.
AT_THE_PAGES = "before-call.s3.PutObject"
AT_THE_STACK = "after-call.cloudformation.ExecuteChangeSet"


class Interrupted(EmulatedAws):
    """An account to which the network is lost at some call."""

    def __init__(self, account: EmulatedAws, call: str) -> None:
        self._account, self._call = account, call

    def client(self, service: str) -> Any:
        """A client that fails there."""
        made = self._account.client(service)
        made.meta.events.register(self._call, self._lost)
        return made

    def _lost(self, params: dict[str, Any] | None = None, **_: Any) -> None:
        if params is None or "-site-" in params["url"]:
            raise ConnectionError("the network is gone")


def release(operator: Operator, page: str) -> None:
    """Make the next package another one, pages and stack."""
    operator.page(page)
    operator.changed_template(lambda whole: whole["Resources"].update(Extra=queue(page)))


def queue(page: str) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": page}}


def runs(operator: Operator) -> tuple[str, str]:
    """Which pages are published, and which stack."""
    sqs: Any = operator.account.client("sqs")
    known = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]
    (extra,) = (name for name in known if not name.startswith("printlab-"))
    return operator.site()["index.html"].decode(), extra


def stopped(operator: Operator, call: str) -> Operator:
    """The same operator, whose next command does not come to its end."""
    return Operator(Interrupted(operator.account, call), operator.folder)


def settle(operator: Operator) -> None:
    """CloudFormation goes on by itself."""
    formation: Any = operator.account.client("cloudformation")
    waiter = formation.get_waiter("stack_update_complete")
    waiter.wait(StackName=operator.stage.stack, WaiterConfig={"Delay": 1})


@pytest.fixture(scope="module")
def lab(operator: Operator) -> Operator:
    """Where `good` runs and `old` ran before."""
    ses: Any = operator.account.client("sesv2")
    ses.create_email_identity(EmailIdentity="example.edu")
    operator.changed_template(_without_budget)
    for page in ("oldest", "old", "good"):
        release(operator, page)
        operator.deploy()
    return operator


def _without_budget(whole: dict[str, Any]) -> None:
    """As if the budget came with a later release."""
    del whole["Parameters"]["MonthlyBudget"], whole["Conditions"]["HasBudget"], whole["Resources"]["Budget"]


def test_back_and_forth(lab: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    old = lab.deployment.releases.all()[-2]
    lab.deployment.roll_back(None)
    assert runs(lab) == ("old", "old")
    assert capsys.readouterr().out.startswith(f"Going back to {old.name} ({old.commit}).")
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")
    with pytest.raises(NotReady, match="no such release"):
        lab.deployment.roll_back("yesterday")


def test_back_where_only_pages_differ_is_asked_as_well(lab: Operator) -> None:
    lab.page("better")
    lab.deploy()
    assert not lab.asked, "who deploys has made the pages"
    lab.agrees = False
    with pytest.raises(Refused):
        lab.deployment.roll_back(None)
    lab.agrees = True
    assert lab.asked == [["Modify   the pages"]]
    assert runs(lab) == ("better", "good")
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")


@pytest.mark.parametrize("stop", [AT_THE_PAGES, AT_THE_STACK])
def test_back_from_a_deployment_that_stopped(lab: Operator, stop: str) -> None:
    release(lab, "bad")
    with pytest.raises(ConnectionError):
        stopped(lab, stop).deploy()
    settle(lab)
    assert runs(lab) == ("good", "bad")
    lab.agrees = False
    with pytest.raises(Refused):
        lab.deployment.roll_back(None)
    lab.agrees = True
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")


def test_a_way_back_that_stopped_goes_on_when_it_is_repeated(lab: Operator) -> None:
    release(lab, "bad")
    lab.deploy()
    for stop in (AT_THE_STACK, AT_THE_PAGES):
        with pytest.raises(ConnectionError):
            stopped(lab, stop).deployment.roll_back(None)
        settle(lab)
        assert runs(lab) == ("bad", "good")
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")
    lab.deployment.roll_back(None)
    assert runs(lab) == ("bad", "bad"), "that is what ran before"
    lab.deployment.roll_back(None)


def test_back_from_a_deployment_in_the_middle_of_a_way_back(lab: Operator) -> None:
    release(lab, "bad")
    lab.deploy()
    with pytest.raises(ConnectionError):
        stopped(lab, AT_THE_PAGES).deployment.roll_back(None)
    release(lab, "worse")
    with pytest.raises(ConnectionError):
        stopped(lab, AT_THE_STACK).deploy()
    settle(lab)
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")


def test_a_change_that_was_taken_back_is_no_step_of_the_way(lab: Operator) -> None:
    before = lab.deployment.releases.before(None)
    lab.page("broken")
    lab.changed_template(lambda whole: whole["Resources"].update(BROKEN))
    with pytest.raises(NotReady, match="took the change back"):
        lab.deploy()
    lab.changed_template(lambda whole: [whole["Resources"].pop(name) for name in BROKEN])
    assert lab.deployment.releases.before(None) == before


def test_back_to_before_a_parameter_and_a_table_and_forward_again(lab: Operator) -> None:
    table = {
        **lab.template()["Resources"]["DaysTable"],
        "Properties": {
            **lab.template()["Resources"]["StaffTable"]["Properties"],
            "TableName": {"Fn::Sub": "printlab-${Stage}-more"},
        },
    }
    today = package.template()

    def grow(whole: dict[str, Any]) -> None:
        whole["Parameters"] |= today["Parameters"]
        whole["Conditions"] |= today["Conditions"]
        whole["Resources"] |= {"Budget": today["Resources"]["Budget"], "MoreTable": table}

    release(lab, "grown")
    lab.changed_template(grow)
    lab.deploy()
    dynamodb: Any = lab.account.client("dynamodb")
    row = {"name": {"S": "Ada"}}
    dynamodb.put_item(TableName="printlab-dev-more", Item=row)
    lab.deployment.roll_back(None)
    assert runs(lab) == ("good", "good")
    assert "MoreTable" not in lab.resources()
    lab.asked.clear()
    lab.deployment.roll_back(None)
    assert "Import   MoreTable (AWS::DynamoDB::Table)" in lab.asked[0]
    assert runs(lab) == ("grown", "grown")
    assert "MoreTable" in lab.resources()
    assert dynamodb.scan(TableName="printlab-dev-more")["Items"] == [row]
