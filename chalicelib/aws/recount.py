"""Setting the counters right."""

from __future__ import annotations

from collections.abc import Mapping

from pynamodb.expressions.update import Action

from chalicelib.aws.tables import Counter
from chalicelib.domain.lifecycle import Status

# One of the shards of counters.py: only the sum of them all means something.
_SHARD = "jobs#0"


def correct(short_of: Mapping[Status, int]) -> None:
    """Add to each status' counter what it is short of, whatever else is counted at the same moment."""
    attributes = Counter.get_attributes()
    actions: list[Action] = [
        attributes[status.value].add(number) for status, number in short_of.items() if number
    ]
    if actions:
        Counter(id=_SHARD).update(actions=actions)
