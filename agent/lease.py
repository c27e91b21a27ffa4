"""Who leads: the server says so, for a while. The agent counts that while by a clock that nobody sets.

The lease is kept by the server, not on the share: a lock file on SMB outlives a PC that was switched off, and
its age is told by clocks that differ. An agent that cannot reach the server cannot do anything useful anyway.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.cloud import Cloud, Health, Offline, Refused

log = logging.getLogger(__name__)

EVERY_S = 60.0
# The last step must end before another agent begins.
_MARGIN_S = 20.0


def steady() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the PC sleeps: the server's does too."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)  # Linux, whose time.monotonic stands still meanwhile
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Lease:
    """What the last heartbeat said."""

    def __init__(
        self, cloud: Cloud, share_id: str, instance: str, clock: Callable[[], float] = steady
    ) -> None:
        self._cloud, self._share_id, self._instance, self._clock = cloud, share_id, instance, clock
        self._until = 0.0
        self.leader: str | None = None
        self.health = Health()

    def held(self) -> bool:
        """True while the share is this agent's to change."""
        return self._clock() < self._until

    def renew(self, *, lead: bool = True) -> None:
        """One heartbeat. Raises Offline and Refused; a lease that runs goes on until its end."""
        asked = self._clock()
        said = self._cloud.heartbeat(self._share_id, self._instance, lead=lead, health=self.health)
        self.leader = said.leader
        self._until = asked + said.seconds - _MARGIN_S if lead and said.leads else 0.0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Heartbeats in the background; in the end step down, so that another may lead at once."""
        stop = threading.Event()
        beats = threading.Thread(target=self._beat, args=(stop,), name="heartbeats")
        beats.start()
        try:
            yield
        finally:
            stop.set()
            beats.join()
            self._until = 0.0
            self._try(lead=False)

    def _beat(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY_S):
            self._try(lead=True)

    def _try(self, *, lead: bool) -> None:
        try:
            self.renew(lead=lead)
        except (Offline, Refused) as error:
            log.warning("no heartbeat: %s", error)
        except Exception:  # a thread that ended would leave an agent that never leads again
            log.exception("no heartbeat")
