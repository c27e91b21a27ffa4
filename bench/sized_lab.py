"""Labs of different sizes side by side, each in a process of its own, that take turns in being measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from bench.fill import Years
from bench.lab import open_lab
from bench.meter import metering
from bench.report import progress

# At the end of a path: asked by a browser that has the current answer.
UNCHANGED = " unchanged"


class Count(NamedTuple):
    """What one call asked of AWS: read units by the formula and as the store says, and what it answered."""

    units: float
    store_units: float
    calls: int
    items_read: int
    answer_bytes: int


class SizedLab:
    """The near end of a lab in another process. `{cursor}` in a path stands for the second page's."""

    def __init__(self, channel: Connection[Any, Any]) -> None:
        self._channel = channel
        self.store: str = channel.recv()

    def time_ms(self, path: str) -> float:
        """How long a GET takes, once."""
        self._channel.send(("time", path))
        took: float = self._channel.recv()
        return took

    def count(self, path: str) -> Count:
        """What a GET costs."""
        self._channel.send(("count", path))
        count: Count = self._channel.recv()
        return count


@contextmanager
def labs(sizes: Sequence[int]) -> Iterator[list[SizedLab]]:
    """A lab with as many jobs as each of `sizes` says."""
    context = get_context("spawn")
    channels, processes, ready = [], [], []
    try:
        for size in sizes:
            near, far = context.Pipe()
            process = context.Process(target=_serve, args=(size, far))
            process.start()
            far.close()  # so that the end of either process is seen by the other
            channels.append(near)
            processes.append(process)
            ready.append(SizedLab(near))
        yield ready
    finally:
        for channel in channels:
            channel.close()
        for process in processes:
            process.join()


def _serve(size: int, channel: Connection[Any, Any]) -> None:
    """The far end: a lab that answers until the near end closes."""
    with open_lab(large_tables=True) as lab:
        progress(f"filling a lab with {size:,} jobs")
        years = Years()
        years.grow_to(size)
        years.fill_days()
        cursor = lab.call("GET", "/jobs?status=ARCHIVED&limit=10")["next_cursor"]
        channel.send(lab.store)
        while (order := _next(channel)) is not None:
            what, path = order[0], order[1].format(cursor=cursor)
            started = time.perf_counter()
            fetch = lab.refetch if path.endswith(UNCHANGED) else partial(lab.fetch, "GET")
            path = path.removesuffix(UNCHANGED)
            if what == "time":
                fetch(path)
                channel.send(1000 * (time.perf_counter() - started))
                continue
            fetch(path)
            with metering() as tally:
                content = fetch(path)
            calls = sum(tally.calls.values())
            channel.send(Count(tally.read_units, tally.store_units, calls, tally.items_read, len(content)))


def _next(channel: Connection[Any, Any]) -> tuple[str, str] | None:
    try:
        order: tuple[str, str] = channel.recv()
    except EOFError:
        return None
    return order
