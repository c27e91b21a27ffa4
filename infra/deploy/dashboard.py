"""One page of CloudWatch for a stage: what people meet, what waits, what fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from chalicelib.aws.queues import NAMES as QUEUES
from infra.local import template

_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 3
Metric = list[Any]


def resources(functions: Sequence[str]) -> dict[str, Any]:
    """The dashboard, by its logical id."""
    body = json.dumps({"widgets": _widgets(functions)})
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": {"Fn::Sub": "printlab-${Stage}"},
                "DashboardBody": {"Fn::Sub": body},
            },
        }
    }


def _widgets(functions: Sequence[str]) -> list[dict[str, Any]]:
    api = ["ApiName", "printlab", "Stage", "${Stage}"]
    stage = ["Stage", "${Stage}"]
    classes = ("2xx", "3xx", "4xx", "5xx")
    graphs = [
        _graph("Requests", [["AWS/ApiGateway", name, *api] for name in ("Count", "4XXError", "5XXError")]),
        _graph(
            "Latency, 95 of 100", [["PrintLab", "Latency", *stage, "Class", each] for each in classes], "p95"
        ),
        _graph(
            "Alerts",
            [["PrintLab", "Alerts", *stage, "Severity", s] for s in ("critical", "warning")],
            "Maximum",
        ),
        _graph("Errors of functions", _of(functions, "Errors")),
        _graph("Throttled functions", _of(functions, "Throttles")),
        _graph("Longest runs", _of(functions, "Duration"), "Maximum"),
        _graph("Oldest message", _queues("ApproximateAgeOfOldestMessage", QUEUES), "Maximum"),
        _graph("Dead letters", _queues(_VISIBLE, [f"{name}-dead" for name in QUEUES]), "Maximum"),
        _graph("Oldest promise", [["PrintLab", "Age", *stage, "Queue", name] for name in QUEUES], "Maximum"),
    ]
    placed = [
        {"x": n % _COLUMNS * _WIDTH, "y": _HEIGHT + n // _COLUMNS * _HEIGHT, **graph}
        for n, graph in enumerate(graphs)
    ]
    return [_alarms(), *placed]


_VISIBLE = "ApproximateNumberOfMessagesVisible"


def _graph(title: str, metrics: list[Metric], statistic: str = "Sum") -> dict[str, Any]:
    return {
        "type": "metric",
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {
            "title": title,
            "metrics": metrics,
            "stat": statistic,
            "period": 300,
            "region": "${AWS::Region}",
        },
    }


def _of(functions: Sequence[str], metric: str) -> list[Metric]:
    return [["AWS/Lambda", metric, "FunctionName", f"printlab-${{Stage}}-{name}"] for name in functions]


def _queues(metric: str, names: Sequence[str]) -> list[Metric]:
    return [["AWS/SQS", metric, "QueueName", f"printlab-${{Stage}}-{name}"] for name in names]


def _alarms() -> dict[str, Any]:
    """The state of every alarm of the template."""
    names = [
        resource["Properties"]["AlarmName"]["Fn::Sub"]
        for resource in template.document()["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    here = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    return {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": _WIDTH * _COLUMNS,
        "height": _HEIGHT,
        "properties": {"title": "Alarms", "alarms": [here + name for name in names]},
    }
