"""How many jobs stand in each status, without counting them, and whether anything has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws import shards
from chalicelib.aws.tables import Counter, Job
from chalicelib.aws.transactions import commit
from chalicelib.domain.lifecycle import Status

# The name of a figure beside those of the statuses.
STORED_BYTES = "stored_bytes"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _shard(job_id: str) -> str:
    return f"jobs#{shards.of_job(job_id)}"


@dataclass(frozen=True)
class Tally:
    """Jobs per status; `changes` differs whenever any job has changed; the size of all students' files."""

    totals: dict[Status, int]
    changes: int
    changed_at: datetime
    stored_bytes: int

    @property
    def figures(self) -> dict[str, int]:
        """All that is counted of the jobs, by name."""
        return {status.value: number for status, number in self.totals.items()} | {
            STORED_BYTES: self.stored_bytes
        }


def stage_change(
    transaction: TransactWrite, job: Job, source: Status | None, target: Status | None, now: datetime
) -> None:
    """Count a change of a job, and the job out of `source` and into `target`; None is outside the system.

    `now` is taken once, before the commit: a transaction that is tried again must be the same one.
    """
    actions = _one_more(now)
    if source is None or target is None:
        actions.append(Counter.stored_bytes.add(int(job.file_size) * (1 if source is None else -1)))
    if source is not target:
        attributes = Counter.get_attributes()
        moves = {status: delta for status, delta in ((source, -1), (target, 1)) if status is not None}
        actions += [attributes[status.value].add(delta) for status, delta in moves.items()]
    transaction.update(Counter(id=_shard(job.id)), actions=actions)


def touch(job_id: str) -> None:
    """Count a change that no transaction carries: a lock came or went."""
    Counter(id=_shard(job_id)).update(actions=_one_more(datetime.now(UTC)))


def _one_more(now: datetime) -> list[Action]:
    return [Counter.changes.add(1), Counter.changed_at.set(now)]


def correct(short_of: Mapping[Status, int], bytes_short: int) -> None:
    """Add to each status' counter what it is short of, whatever else is counted at the same moment."""
    missing = {status.value: number for status, number in short_of.items()} | {STORED_BYTES: bytes_short}
    now = datetime.now(UTC)
    if any(missing.values()):
        commit(lambda t: stage_correct(t, missing, now))


def stage_correct(transaction: TransactWrite, missing: Mapping[str, int], now: datetime) -> None:
    """Add to figures what they are short of, whatever else is counted at the same moment."""
    attributes = Counter.get_attributes()
    actions = [attributes[figure].add(number) for figure, number in missing.items() if number]
    # The first shard takes all: only the sum of the shards means something.
    transaction.update(Counter(id=shard_ids()[0]), actions=[*actions, *_one_more(now)])


def reset(figures: Mapping[str, int], now: datetime) -> None:
    """Make the counters say `figures`, whatever they said. Only where nobody works."""
    with Counter.batch_write() as batch:
        for number, shard_id in enumerate(shard_ids()):
            # As everywhere, only the sum means something; `changes` must not come back to what it was.
            shard = Counter(id=shard_id, changed_at=now, changes=0 if number else int(now.timestamp()))
            for figure, value in figures.items():
                setattr(shard, figure, 0 if number else value)
            batch.save(shard)


def tally(*, consistent: bool = False) -> Tally:
    """All shards together, for two read units; for four as they are at this very moment."""
    return sum_of(Counter.batch_get(shard_ids(), consistent_read=consistent))


def shard_ids() -> list[str]:
    """The keys of all shards."""
    return [f"jobs#{number}" for number in range(shards.NUMBER)]


def sum_of(rows: Iterable[Counter]) -> Tally:
    """The tally that shards make together."""
    sums, changes, size, changed_at = dict.fromkeys(Status, 0), 0, 0, _NEVER
    for shard in rows:
        changes += int(shard.changes)
        size += int(shard.stored_bytes)
        changed_at = max(changed_at, shard.changed_at or _NEVER)
        for status in Status:
            sums[status] += int(getattr(shard, status.value))
    return Tally(sums, changes, changed_at, size)


def totals() -> dict[Status, int]:
    """Jobs per status."""
    return tally().totals
