"""From counted calls to money: the prices and assumptions of docs/cost.md, and what they make of a count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Tally

PAGE = Path(__file__).parents[1] / "docs" / "cost.md"

# How much of each thing that has a price, e.g. {"dynamodb-read": 12.5, "sqs": 3}.
Usage = dict[str, float]

_S3_PRICES = {
    "PutObject": "s3-put",
    "CopyObject": "s3-put",
    "PostObject": "s3-put",
    "ListObjectVersions": "s3-put",
    "GetObject": "s3-get",
    "HeadObject": "s3-get",
    "HeadBucket": "s3-get",
    "DeleteObject": "",  # free
}
_MANY = {"million": 1e6, "1,000": 1e3}
# A function gets one whole CPU at this memory, and its share of one below it.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_MB_OF_ONE_CPU = 1769


@dataclass(frozen=True)
class Figures:
    """The two tables at the top of docs/cost.md: US dollars for one of each thing, and assumptions."""

    prices: Mapping[str, float]
    assumed: Mapping[str, float]

    def dollars(self, usage: Usage) -> float:
        """What `usage` costs. Raises KeyError for a thing without a price."""
        return sum(amount * self.prices[name] for name, amount in usage.items())


def figures(page: Path = PAGE) -> Figures:
    """Read the tables: a price is a row | `name` | $number | per what |, an assumption has no $."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\$?)([\d.,]+) \| ([^|]+) \|", page.read_text(), re.MULTILINE)
    prices, assumed = {}, {}
    for name, dollar, number, unit in rows:
        value = float(number.replace(",", ""))
        if dollar:
            prices[name] = value / _MANY.get(unit.split()[0], 1)
        else:
            assumed[name] = value
    return Figures(prices, assumed)


def total(parts: Iterable[tuple[float, Usage]]) -> Usage:
    """The sum of usages, each so many times."""
    result: Usage = {}
    for times, usage in parts:
        for name, amount in usage.items():
            result[name] = result.get(name, 0.0) + times * amount
    return result


@dataclass(frozen=True)
class Work:
    """What one step, or one run of a schedule, did: all invocations of its function together.

    `outside` counts calls by others than the function: the browser's to S3, Lambda's own to the queue.
    """

    function: str
    memory_mb: int
    invocations: int
    cpu_s: float
    answer_bytes: int
    mails: int
    tally: Tally
    outside: Counter[str]


def usage_of(work: Work, assumed: Mapping[str, float]) -> Usage:
    """What AWS would bill for `work`."""
    usage: Usage = {
        "dynamodb-read": work.tally.read_units,
        "dynamodb-write": work.tally.write_units,
        "ses": work.mails,
        "lambda-requests": work.invocations,
        "lambda-gb-seconds": work.memory_mb / 1024 * billed_seconds(work, assumed),
        "logs": work.invocations * assumed["log-bytes"] / 1e9,
        **(_through_cloudfront(work) if work.function == "api_handler" else {}),
    }
    for name, count in (work.tally.calls + work.outside).items():
        service, operation = name.split(".")
        price = _S3_PRICES[operation] if service == "s3" else service if service == "sqs" else ""
        if price:
            usage[price] = usage.get(price, 0.0) + count
    return usage


def _through_cloudfront(work: Work) -> Usage:
    """What stands between a browser and the API; from there to CloudFront the bytes are free."""
    return {
        "api-gateway": work.invocations,
        "cloudfront-requests": work.invocations,
        "cloudfront-functions": work.invocations,
        "cloudfront-out": work.answer_bytes / 1e9,
    }


def billed_seconds(work: Work, assumed: Mapping[str, float]) -> float:
    """How long the function would run: CPU as measured here, and an assumed wait for every call."""
    calls = work.tally.calls
    transactions = calls["dynamodb.TransactWriteItems"]
    waits_ms = (
        transactions * assumed["ms-transaction"]
        + (work.tally.of("dynamodb") - transactions) * assumed["ms-dynamodb"]
        + work.tally.of("s3") * assumed["ms-s3"]
        + work.tally.of("sqs") * assumed["ms-sqs"]
        + work.mails * assumed["ms-mail"]
    )
    return work.cpu_s * max(1.0, _MB_OF_ONE_CPU / work.memory_mb) + waits_ms / 1000
