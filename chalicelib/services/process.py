"""The process that answers: memory, processor, disk. The same on Lambda and on a PC."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.config import settings
from chalicelib.services import clock

# This module is imported when the process starts.
_STARTED = time.monotonic()
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Facts:
    """Sizes in bytes, times in seconds; None where this system does not say.

    `memory_limit_bytes` is Lambda's, or the machine's memory; `load` how many processes want to run, per
    processor.
    """

    python: str
    system: str
    on_lambda: bool
    started_at: datetime
    uptime_s: float
    cpu_s: float
    cpus: int
    load: float | None
    threads: int
    memory_bytes: int | None
    peak_memory_bytes: int | None
    memory_limit_bytes: int | None
    disk_total_bytes: int
    disk_free_bytes: int


def facts() -> Facts:
    """What this process is and uses now."""
    uptime, disk, cpus = (
        time.monotonic() - _STARTED,
        shutil.disk_usage(tempfile.gettempdir()),
        os.cpu_count() or 1,
    )
    return Facts(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        on_lambda=settings().lambda_memory_mb is not None,
        started_at=clock.now() - timedelta(seconds=uptime),
        uptime_s=round(uptime, 1),
        cpu_s=round(time.process_time(), 3),
        cpus=cpus,
        load=round(os.getloadavg()[0] / cpus, 2) if hasattr(os, "getloadavg") else None,
        threads=threading.active_count(),
        memory_bytes=_memory(),
        peak_memory_bytes=_peak_memory(),
        memory_limit_bytes=_memory_limit(),
        disk_total_bytes=disk.total,
        disk_free_bytes=disk.free,
    )


def _memory() -> int | None:
    """What the process has in memory now; only Linux says."""
    if not _STATM.exists():
        return None
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _peak_memory() -> int | None:
    """The most it ever had; Windows has no such call."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _memory_limit() -> int | None:
    limit = settings().lambda_memory_mb
    if limit is not None:
        return limit * 1024 * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
