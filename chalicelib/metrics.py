"""Numbers for CloudWatch: one line of JSON in the log, in the Embedded Metric Format.

CloudWatch makes metrics of such lines as they pass; nothing is called and nothing waits. Every combination of
dimensions costs money each month, so they are few; what else is known (the route, the kind of mail)
stands beside them in the line, where CloudWatch Logs Insights finds it.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from chalicelib.config import settings

NAMESPACE = "PrintLab"

_UNITS = {"Seconds": "Seconds", "Latency": "Milliseconds", "Age": "Seconds", "AgentSilence": "Seconds"}


def request(route: str, status: int, seconds: float) -> None:
    """One answer of the API."""
    classed = {"Class": f"{status // 100}xx"}
    _emit(classed, {"Requests": 1, "Latency": round(seconds * 1000, 1)}, Route=route, Status=status)


def mail(outcome: str, kind: str) -> None:
    """One attempt at a mail: sent, dropped, postponed or failed (given up)."""
    _emit({"Outcome": outcome}, {"Mails": 1}, Kind=kind)


def analysis(outcome: str, seconds: float) -> None:
    """One look at a model: done, refused (no model), postponed or failed (given up)."""
    _emit({"Outcome": outcome}, {"Analyses": 1, "Seconds": round(seconds, 3)})


def swept(settled: int, woken: int) -> None:
    """What a sweep found: unfinished file work, and messages that nobody had picked up."""
    _emit({}, {"ChangesSettled": settled, "MessagesWoken": woken})


def outbox(queue: str, waiting: int, age_s: float) -> None:
    """How much promised work waits, and how long the oldest has."""
    _emit({"Queue": queue}, {"Waiting": waiting, "Age": round(age_s, 1)})


def alerts(severities: dict[str, int]) -> None:
    """How many alerts of each severity there are now; zeros too, so that silence is something else."""
    for severity, count in severities.items():
        _emit({"Severity": severity}, {"Alerts": count})


def agents(silence_s: float) -> None:
    """How long ago any lab PC was heard of."""
    _emit({}, {"AgentSilence": round(silence_s, 1)})


def _emit(dimensions: dict[str, str], values: dict[str, float], **properties: Any) -> None:
    here = settings()
    if not here.metrics:
        return
    named = {"Stage": here.stage, **dimensions}
    description = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(named)],
        "Metrics": [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in values],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [description]},
        **properties,
        **named,
        **values,
    }
    # Not by way of logging: CloudWatch wants the bare object, at whatever log level.
    print(json.dumps(line), file=sys.stderr, flush=True)
