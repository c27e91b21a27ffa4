"""`python -m bench.lighthouse`: how does Google's Lighthouse judge the form and the dashboard?

Lighthouse is installed into build/ by npm when this is run, and by nothing else. It plays a phone on a slow
network for the form and a desk for the dashboard, which is logged in and has a day's queue.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from bench.dashboard import served, session_of
from bench.fill import Years
from bench.lab import Lab, open_lab
from bench.report import machine, progress, table
from chalicelib import models3d
from chalicelib.aws import files, jobs
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from infra import chromium, samples
from infra.local.ports import free_port

VERSION = "13.5.0"
LOWEST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
_FOLDER = Path("build") / "lighthouse"
_PAGES = {"/": (), "/dashboard": ("--preset=desktop",)}
_MEASURES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)


def main() -> int:
    """Print the report; 1 when a score is below the limit."""
    _install()
    with open_lab() as lab, served(lab) as port, TemporaryDirectory() as profile:
        Years().grow_to(200)
        _draw_thumbnails()
        origin = f"http://127.0.0.1:{port}"
        with _browser(Path(profile), lab, origin) as debugging_port:
            results = {path: _judge(origin + path, debugging_port, more) for path, more in _PAGES.items()}
    print(f"## Lighthouse {VERSION}\n\n{machine()}.\n")
    print(table(["page", *CATEGORIES, *_MEASURES], [_row(path, result) for path, result in results.items()]))
    for path, result in results.items():
        for line in _complaints(result):
            print(f"- {path}: {line}")
    return 1 if any(score < LOWEST for result in results.values() for score in _scores(result)) else 0


def _draw_thumbnails() -> None:
    """Missing ones would count as faults of the page."""
    picture = models3d.thumbnail(models3d.load(samples.binary_stl(samples.spur_gear()), "stl"), None)
    for job in jobs.in_status(Status.UPLOADED):
        files.put(filenames.thumbnail_key(job.id), picture, "image/png")


def _install() -> None:
    if not (_FOLDER / "node_modules" / "lighthouse").exists():
        progress("installing Lighthouse")
        _FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(_FOLDER), "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*command, f"lighthouse@{VERSION}"], check=True, env=_environment(), stdout=sys.stderr)


def _environment() -> Mapping[str, str]:
    """With the Node.js of this environment."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": here, "CHROME_PATH": chromium.find() or ""}


@contextmanager
def _browser(profile: Path, lab: Lab, origin: str) -> Iterator[int]:
    """A Chromium that is logged in; its debugging port."""
    program, port = chromium.find(), free_port()
    if not program:
        raise FileNotFoundError(chromium.MISSING)
    arguments = [*chromium.arguments(), "--headless=new", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [program, *arguments, f"--remote-debugging-port={port}", "about:blank"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        for line in process.stderr:
            if "DevTools listening" in line:
                break
        with sync_playwright() as player:
            browser = player.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            page = browser.contexts[0].new_page()
            page.goto(f"{origin}/favicon.svg")
            page.evaluate("session => localStorage.setItem('printlab.session', session)", session_of(lab))
            page.close()
        yield port
    finally:
        process.terminate()
        process.wait()


def _judge(url: str, port: int, more: tuple[str, ...]) -> dict[str, Any]:
    progress(f"judging {url}")
    command = [
        "node",
        str(_FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"),
        url,
        f"--port={port}",
    ]
    options = [
        "--output=json",
        "--quiet",
        "--disable-storage-reset",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    done = subprocess.run(
        [*command, *options, *more], check=True, capture_output=True, text=True, env=_environment()
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _scores(result: Mapping[str, Any]) -> list[int]:
    return [round(100 * (result["categories"][name]["score"] or 0)) for name in CATEGORIES]


def _row(path: str, result: Mapping[str, Any]) -> list[object]:
    return [path, *_scores(result), *(result["audits"][name]["displayValue"] for name in _MEASURES)]


def _complaints(result: Mapping[str, Any]) -> Iterator[str]:
    """What cost points."""
    for category in CATEGORIES:
        for part in result["categories"][category]["auditRefs"]:
            audit = result["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                told = [
                    str(item.get("description", ""))[:200]
                    for item in audit.get("details", {}).get("items", [])
                ]
                yield " ".join([audit["title"], audit.get("displayValue", ""), *told]).strip()


if __name__ == "__main__":
    sys.exit(main())
