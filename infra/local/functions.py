"""Calling the Lambda functions of app.py the way Lambda calls them."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalice.app import Chalice, ScheduledEventConfig, ScheduleExpression, SQSEventConfig

ACCOUNT = "000000000000"
_CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"


@dataclass
class LambdaContext:
    """The second argument of every Lambda function; spelled as Lambda's own."""

    function_name: str
    memory_limit_in_mb: int
    timeout_s: float
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """The address of the function, in the emulators' account."""
        return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where the log of the function would be."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the call. Here nothing ends it."""
        return max(0, round(1000 * (self.timeout_s - (time.monotonic() - self._started))))


@dataclass(frozen=True)
class Trigger:
    """A queue and the function that its messages go to."""

    function: str
    queue: str
    batch_size: int


@dataclass(frozen=True)
class Schedule:
    """A function and when it runs, e.g. "rate(1 minute)"."""

    function: str
    expression: str


class Functions:
    """The functions that app.py declares."""

    def __init__(self, app: Chalice, config: Path = _CONFIG) -> None:
        self.app = app
        self._limits = _limits(config)

    def context(self, function: str) -> LambdaContext:
        """A new context, with the memory and time that .chalice/config.json gives to `function`."""
        limits = self._limits.get(function, self._limits[""])
        return LambdaContext(function, limits["lambda_memory_size"], limits["lambda_timeout"])

    def call_api(self, event: dict[str, Any]) -> dict[str, Any]:
        """Handle one event of the API gateway."""
        return self.app(event, self.context("api_handler"))

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """Call an event function by the name it has in app.py; its errors come through."""
        return self.app.handler_map[function](event, self.context(function))

    def triggers(self) -> list[Trigger]:
        """Every @app.on_sqs_message, in the order of app.py."""
        return [
            Trigger(source.name, source.queue or "", source.batch_size)
            for source in self.app.event_sources
            if isinstance(source, SQSEventConfig)
        ]

    def schedules(self) -> list[Schedule]:
        """Every @app.schedule, in the order of app.py."""
        return [
            Schedule(source.name, _text(source.schedule_expression))
            for source in self.app.event_sources
            if isinstance(source, ScheduledEventConfig)
        ]


def _text(expression: str | ScheduleExpression) -> str:
    return expression if isinstance(expression, str) else expression.to_string()


def _limits(config: Path) -> dict[str, dict[str, int]]:
    """Memory in MB and timeout in s by function name; the name "" holds what the others get."""
    document = json.loads(config.read_text())
    general = {"lambda_memory_size": 128, "lambda_timeout": 60} | _known(document)
    functions = document["stages"]["prod"]["lambda_functions"]
    return {"": general} | {name: general | _known(special) for name, special in functions.items()}


def _known(section: dict[str, Any]) -> dict[str, int]:
    return {key: section[key] for key in ("lambda_memory_size", "lambda_timeout") if key in section}
