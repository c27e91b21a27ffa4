"""What every poll of a dashboard asks first, in one call: who is it, and has anything changed?"""

from __future__ import annotations

from chalicelib.aws import counters, directory
from chalicelib.aws.counters import Tally
from chalicelib.aws.table import batch_get
from chalicelib.aws.tables import Counter, Workstation


def workstation_and_tally(workstation_id: str) -> tuple[Workstation | None, Tally]:
    """The workstation as it is now, and the tally, for three read units."""
    stations, shards = Workstation.Meta.table_name, Counter.Meta.table_name
    wanted = {
        stations: {"Keys": [{"id": {"S": workstation_id}}], "ConsistentRead": True},
        shards: {"Keys": [{"id": {"S": shard_id}} for shard_id in counters.shard_ids()]},
    }
    answer = batch_get(wanted)
    if answer.get("UnprocessedKeys"):
        return directory.find_workstation(workstation_id), counters.tally()
    found = [Workstation.from_raw_data(row) for row in answer["Responses"].get(stations, [])]
    rows = [Counter.from_raw_data(row) for row in answer["Responses"].get(shards, [])]
    return next(iter(found), None), counters.sum_of(rows)
