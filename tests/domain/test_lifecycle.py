"""The life of a print job: every status × action × actor against the table that was agreed with the lab."""

from __future__ import annotations

import pytest

from chalicelib.domain import lifecycle
from chalicelib.domain.errors import Conflict, NotPermitted
from chalicelib.domain.lifecycle import Action, Actor, MailType, Status
from tests.agreement import AGREED


def test_the_agreement_covers_every_action() -> None:
    assert set(AGREED) == {action.value for action in Action}
    assert set(lifecycle.RULES) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_a_rule_says_what_was_agreed(action: Action) -> None:
    rule, agreed = lifecycle.RULES[action], AGREED[action]

    assert rule.action is action
    assert rule.sources == {Status(name) for name in agreed.sources.split()}
    assert rule.target == agreed.target
    assert rule.actors == {Actor(name) for name in agreed.who.split()}
    assert [event.value for event in rule.events] == agreed.events.split()
    assert rule.mail == agreed.mail
    assert (rule.needs_lock, rule.removes) == (agreed.lock, agreed.removes)


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("action", Action)
def test_every_status_action_and_actor(action: Action, actor: Actor) -> None:
    agreed = AGREED[action]
    for status in Status:
        if actor not in agreed.who.split():
            with pytest.raises(NotPermitted):
                lifecycle.decide(action, status, actor)
        elif status not in agreed.sources.split():
            with pytest.raises(Conflict) as refusal:
                lifecycle.decide(action, status, actor)
            assert refusal.value.details == {"status": status.value, "action": action.value}
        else:
            assert lifecycle.decide(action, status, actor) is lifecycle.RULES[action]


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.CHANGE_STATUS])
def test_a_job_goes_where_the_rule_says_or_stays(action: Action) -> None:
    for status in lifecycle.RULES[action].sources:
        expected = Status(AGREED[action].target or status)
        assert lifecycle.destination(lifecycle.RULES[action], status) is expected


@pytest.mark.parametrize("status", Status)
def test_an_override_goes_anywhere_but_to_the_archive_or_nowhere(status: Status) -> None:
    rule = lifecycle.RULES[Action.CHANGE_STATUS]
    for requested in Status:
        if requested in {status, Status.ARCHIVED}:
            with pytest.raises(Conflict) as refusal:
                lifecycle.destination(rule, status, requested)
            assert refusal.value.details["status"] == status.value
        else:
            assert lifecycle.destination(rule, status, requested) is requested
    with pytest.raises(Conflict):
        lifecycle.destination(rule, status, None)


SPELLINGS = [
    ("UPLOADED", "Uploaded", "Uploaded"),
    ("PENDING", "Pending", "Pending"),
    ("READYTOPRINT", "ReadyToPrint", "Ready to Print"),
    ("PRINTING", "Printing", "Printing"),
    ("COMPLETED", "Completed", "Completed"),
    ("PAIDPICKEDUP", "PaidPickedUp", "Paid & Picked Up"),
    ("REJECTED", "Rejected", "Rejected"),
    ("ARCHIVED", "Archived", "Archived"),
]


def test_every_status_has_its_three_spellings() -> None:
    assert [(status.value, status.folder, status.label) for status in Status] == SPELLINGS


def test_a_file_may_not_be_submitted_again_until_it_is_printed() -> None:
    assert {Status.UPLOADED, Status.PENDING, Status.READYTOPRINT} == lifecycle.ACTIVE


# What a card offers, by status and role, on a job that is not reviewed and whose revert window is open.
OFFERED = {
    ("UPLOADED", "staff"): "review approve reject delete",
    ("UPLOADED", "admin"): "review approve reject change-status delete",
    ("PENDING", "staff"): "delete",
    ("PENDING", "admin"): "force-confirm change-status delete",
    ("READYTOPRINT", "staff"): "mark-printing",
    ("READYTOPRINT", "admin"): "mark-printing change-status",
    ("PRINTING", "staff"): "mark-failed mark-complete",
    ("PRINTING", "admin"): "mark-failed mark-complete change-status",
    ("COMPLETED", "staff"): "payment mark-picked-up revert-completion",
    ("COMPLETED", "admin"): "payment mark-picked-up revert-completion change-status",
    ("PAIDPICKEDUP", "staff"): "revert-pickup",
    ("PAIDPICKEDUP", "admin"): "revert-pickup change-status",
    ("REJECTED", "staff"): "",
    ("REJECTED", "admin"): "change-status",
    ("ARCHIVED", "staff"): "",
    ("ARCHIVED", "admin"): "change-status",
}


def _offered(
    status: Status,
    actor: Actor,
    *,
    reviewed: bool = False,
    revert_open: bool = True,
    lock_free: bool = True,
) -> list[str]:
    actions = lifecycle.actions_for(
        status, actor, reviewed=reviewed, revert_open=revert_open, lock_free=lock_free
    )
    return [action.value for action in actions]


@pytest.mark.parametrize(("status", "actor"), OFFERED)
def test_a_card_offers_what_its_viewer_may_do(status: str, actor: str) -> None:
    assert _offered(Status(status), Actor(actor)) == OFFERED[status, actor].split()


@pytest.mark.parametrize("actor", [Actor.STUDENT, Actor.AGENT])
def test_a_card_offers_nothing_to_others(actor: Actor) -> None:
    offered = [action for status in Status for action in _offered(status, actor) if action != "confirm"]
    assert offered == []


@pytest.mark.parametrize("status", Status)
def test_a_job_that_another_has_open_offers_nothing(status: Status) -> None:
    assert _offered(status, Actor.ADMIN, lock_free=False) == []


def test_a_reviewed_job_offers_to_make_it_new_again() -> None:
    assert _offered(Status.UPLOADED, Actor.STAFF, reviewed=True)[0] == "unreview"
    assert "review" not in _offered(Status.UPLOADED, Actor.STAFF, reviewed=True)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.PAIDPICKEDUP])
def test_reverts_are_offered_only_while_their_window_is_open(status: Status) -> None:
    late = _offered(status, Actor.STAFF, revert_open=False)
    assert [action for action in late if action.startswith("revert")] == []


def test_every_action_that_is_offered_would_be_accepted() -> None:
    for (status, actor), actions in OFFERED.items():
        for action in actions.split():
            lifecycle.decide(Action(action), Status(status), Actor(actor))


def test_each_mail_belongs_to_an_action_or_to_asking_again() -> None:
    from_actions = {rule.mail for rule in lifecycle.RULES.values() if rule.mail}
    assert from_actions | {MailType.RESEND} == set(MailType)
