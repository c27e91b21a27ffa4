"""How many jobs stand in each status, without counting them."""

from __future__ import annotations

import zlib

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Counter
from chalicelib.domain.lifecycle import Status

# Enough that two changes at the same moment rarely meet on one item, few enough to read at once.
SHARDS = 4


def _shard(job_id: str) -> str:
    return f"jobs#{zlib.crc32(job_id.encode()) % SHARDS}"


def stage_move(transaction: TransactWrite, job_id: str, source: Status | None, target: Status | None) -> None:
    """Count a job out of `source` and into `target`; None is outside the system."""
    moves = {status: delta for status, delta in ((source, -1), (target, 1)) if status is not None}
    if source is target or not moves:
        return
    attributes = Counter.get_attributes()
    actions: list[Action] = [attributes[status.value].add(delta) for status, delta in moves.items()]
    transaction.update(Counter(id=_shard(job_id)), actions=actions)


def totals() -> dict[Status, int]:
    """Jobs per status, all shards together."""
    sums = dict.fromkeys(Status, 0)
    for shard in Counter.batch_get([f"jobs#{n}" for n in range(SHARDS)]):
        for status in Status:
            sums[status] += int(getattr(shard, status.value))
    return sums
