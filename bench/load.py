"""`python -m bench.load`: can the local gateway serve a busy lab, 200 requests a second for a minute?

A running product in a process of its own, a mix of what desks and students ask, sent at its times whether
or not earlier answers are there (so that a slow answer does not slow down the questions); latency counts
from the moment at which a request was due.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from bench.report import machine, progress, table
from infra.http_client import HttpClient
from infra.local import secret_file
from infra.local.ports import free_port

PER_SECOND = int(os.environ.get("LOAD_PER_SECOND", "200"))
SECONDS = int(os.environ.get("LOAD_SECONDS", "60"))
_API = "/api/v1"
_WORKERS = 64
_STAFF = "Sam Ortiz"


@dataclass(frozen=True)
class Kind:
    """One kind of request and its share of all."""

    name: str
    share: int
    method: str
    path: str  # {job}, {token}: any of the lab's
    body: dict[str, object] | None = None
    expected: tuple[int, ...] = (200,)


# In 2,000 requests. Desks ask again and again with the ETag they have, as browsers do; the pages and their
# files are read by students; eighteen changes a minute are a very busy lab.
KINDS = (
    Kind("job list, polled", 560, "GET", "/jobs?status=UPLOADED", expected=(200, 304)),
    Kind("counts, polled", 560, "GET", "/jobs/counts", expected=(200, 304)),
    Kind("catalog, polled", 100, "GET", "/catalog", expected=(200, 304)),
    Kind("job list, first time", 60, "GET", "/jobs?status=UPLOADED"),
    Kind("one job", 160, "GET", "/jobs/{job}"),
    Kind("search", 30, "GET", "/jobs?status=UPLOADED&search=jordan"),
    Kind("files", 30, "GET", "/jobs/{job}/candidate-files"),
    Kind("analytics", 10, "GET", "/analytics/overview?days=30"),
    Kind("price", 87, "GET", "/cost/preview?material=filament&weight_g=45.5"),
    Kind("form", 100, "GET", "/"),
    Kind("script of a page", 200, "GET", "/js/pages/submit.js"),
    Kind("style of a page", 100, "GET", "/css/components.css"),
    # Several desks may take up the same job at once: being told so is a right answer.
    Kind("lock", 1, "POST", "/jobs/{job}/lock", {"staff_name": _STAFF}, (200, 409)),
    Kind("unlock", 1, "POST", "/jobs/{job}/unlock", {}),
    Kind("review", 1, "POST", "/jobs/{job}/review", {"staff_name": _STAFF, "reviewed": True}, (200, 409)),
)


@dataclass
class Lab:
    """A running product, logged in, with jobs in its queue."""

    port: int
    token: str
    jobs: list[str]
    etags: dict[str, str] = field(default_factory=dict)
    local: threading.local = field(default_factory=threading.local)

    def send(self, kind: Kind) -> tuple[int, bytes]:
        """One request over this thread's own connection, as browsers keep theirs."""
        path = kind.path.format(job=random.choice(self.jobs))
        if not kind.name.endswith("page") and kind.name != "form":
            path = _API + path
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if "polled" in kind.name and path in self.etags:
            headers["If-None-Match"] = self.etags[path]
        if kind.method != "GET":
            headers["Idempotency-Key"] = secrets.token_hex(8)
        body = None if kind.body is None else json.dumps(kind.body)
        connection = self._connection()
        try:
            connection.request(kind.method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if etag := answer.headers.get("ETag"):
            self.etags[path] = etag
        return answer.status, content

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection: http.client.HTTPConnection = self.local.connection
        return connection


@contextmanager
def running_lab() -> Iterator[Lab]:
    """`make run` with its demo jobs, in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="printlab-load-") as folder:
        port, data = free_port(), Path(folder)
        command = [sys.executable, "-m", "infra.local", "--port", str(port), "--data", folder]
        with (data / "out").open("w") as out:
            product = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            _wait_until_it_runs(product, data / "out")
            yield _log_in(port, data)
        finally:
            product.terminate()
            product.wait(30)


def _wait_until_it_runs(product: subprocess.Popen[bytes], out: Path) -> None:
    until = time.monotonic() + 120
    while "PrintLab is running" not in out.read_text():
        if product.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the product did not start:\n{out.read_text()[-2000:]}")
        time.sleep(0.1)


def _log_in(port: int, data: Path) -> Lab:
    passwords = secret_file.load_or_create(data / "secrets.json").workstation_passwords
    anybody = HttpClient(f"http://127.0.0.1:{port}")
    tokens = {}
    for desk in ("front-desk", "admin-desk"):
        login = {"workstation_id": desk, "password": passwords[desk]}
        tokens[desk] = anybody.post(f"{_API}/auth/login", login).json()["token"]
    admin = anybody.with_token(tokens["admin-desk"])
    raised = admin.post(
        f"{_API}/admin/settings", {"staff_name": _STAFF, "catalog_requests_per_minute": 10_000}
    )
    if raised.status != 200:
        raise RuntimeError(f"the rate limit was not raised: {raised.text}")
    listed = anybody.with_token(tokens["front-desk"]).get(f"{_API}/jobs").json()
    return Lab(port, tokens["front-desk"], [job["id"] for job in listed["jobs"]])


@dataclass
class Result:
    """Latencies in ms by kind of request, and what went wrong."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    took_s: float = 0


def attack(lab: Lab) -> Result:
    """Send everything at its time."""
    plan = random.Random(20261121).choices(KINDS, [kind.share for kind in KINDS], k=PER_SECOND * SECONDS)
    result = Result()
    start = time.perf_counter() + 0.5

    def send(number: int, kind: Kind) -> None:
        due = start + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            status, content = lab.send(kind)
        except (OSError, http.client.HTTPException) as error:
            result.errors.append(f"{kind.name}: {type(error).__name__}")
            return
        result.latencies[kind.name].append(1000 * (time.perf_counter() - due))
        if status not in kind.expected:
            result.errors.append(f"{kind.name}: {status} {content[:200]!r}")

    with ThreadPoolExecutor(_WORKERS) as pool:
        for number, kind in enumerate(plan):
            pool.submit(send, number, kind)
    result.took_s = time.perf_counter() - start
    return result


def main() -> int:
    """Measure and print; 1 when a request failed."""
    with running_lab() as lab:
        progress(f"load: {PER_SECOND} requests a second for {SECONDS} s")
        result = attack(lab)
    print(_report(result))
    return 1 if result.errors else 0


def _report(result: Result) -> str:
    rows = [_row(name, taken) for name, taken in sorted(result.latencies.items())]
    everything = [latency for taken in result.latencies.values() for latency in taken]
    head = ["ms", "requests", "p50", "p95", "p99", "longest"]
    shown = "; ".join(sorted(set(result.errors))[:10]) or "none"
    return (
        f"## Load on the local gateway\n\n{machine()}, client and product on the same machine. "
        f"{len(everything):,} requests in {result.took_s:.1f} s, {PER_SECOND} due each second; "
        f"errors: {len(result.errors)} ({shown}).\n\n{table(head, [*rows, _row('all', everything)])}\n"
    )


def _row(name: str, latencies: Sequence[float]) -> list[object]:
    cuts = quantiles(latencies, n=100, method="inclusive") if len(latencies) > 1 else [latencies[0]] * 99
    figures = (cuts[49], cuts[94], cuts[98], max(latencies))
    return [name, f"{len(latencies):,}", *(f"{figure:.1f}" for figure in figures)]


if __name__ == "__main__":
    sys.exit(main())
