"""The scheduled functions, and how long each may not have run before somebody should look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

# From when on a night's backup is made, in UTC: after the audit.
BACKUP_HOUR = 11

# Some missed runs each: one alone heals by itself.
LONGEST_PAUSE: Mapping[str, timedelta] = {
    "sweep": timedelta(minutes=10),
    "sample_health": timedelta(minutes=20),
    "expire_confirmations": timedelta(hours=1),
    "drop_abandoned_uploads": timedelta(hours=4),
    "keep_trail": timedelta(hours=26),
    "check_figures": timedelta(hours=26),
    "archive_old_jobs": timedelta(hours=26),
    "start_audit": timedelta(hours=26),
    "back_up": timedelta(hours=26),
}
