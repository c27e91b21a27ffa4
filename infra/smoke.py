"""`make smoke URL=https://…`: proves a deployed PrintLab from outside, through everything that only AWS has.

What needs nobody is looked at first. With the password of an administrator's workstation (asked for, or
PRINTLAB_SMOKE_PASSWORD) one small job then goes the whole way, and is rejected in the end.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra import samples
from infra.http_client import HttpClient, Response
from infra.local.static import PAGES
from infra.security_headers import SECURITY_HEADERS

API = "/api/v1"
_PATIENCE_S = 180


class SmokeFailed(Exception):
    """Something is not as it should be."""


@dataclass(frozen=True)
class Desk:
    """Who does the staff's part, and who gets the student's mails."""

    workstation: str
    password: str
    staff: str
    mail_to: str


class Smoke:
    """The steps, each of which raises SmokeFailed."""

    def __init__(self, url: str, direct: str | None = None) -> None:
        """`direct` is the API's own address, which must not answer."""
        self._public = HttpClient(url)
        self._direct = direct

    def outside(self) -> list[Callable[[], None]]:
        """What needs no login."""
        steps = [self.healthy, self.pages, self.headers, self.unknown, self.closed]
        return [*steps, self.direct_access_refused] if self._direct else steps

    def healthy(self) -> None:
        """All components answer."""
        answer = self._expect(200, self._public.get(f"{API}/health"))
        if set(answer["components"].values()) != {"ok"}:
            raise SmokeFailed(f"a component is down: {answer}")

    def pages(self) -> None:
        """Every page under its address, what it loads beside it, and always looked at anew."""
        for address in PAGES:
            page = self._public.get(address)
            if page.status != 200 or "text/html" not in (page.headers["Content-Type"] or ""):
                raise SmokeFailed(f"{address} answered {page.status}")
            if page.headers["Cache-Control"] != "no-cache":
                raise SmokeFailed(f"{address} may be kept: {page.headers['Cache-Control']}")

    def headers(self) -> None:
        """The security headers, on pages and answers of the API."""
        for address in ("/", f"{API}/health"):
            found = self._public.get(address).headers
            for name, value in SECURITY_HEADERS.items():
                # The policy of a deployed site names its bucket as well.
                same = bool(found[name]) if name == "Content-Security-Policy" else found[name] == value
                if not same:
                    raise SmokeFailed(f"{address} has {name}: {found[name]}")

    def unknown(self) -> None:
        """What there is not: a page for people, our error shape for programs."""
        page = self._public.get("/nowhere")
        if page.status != 404 or "Page not found" not in page.text:
            raise SmokeFailed(f"/nowhere answered {page.status}")
        answer = self._expect(404, self._public.get(f"{API}/nowhere"))
        if set(answer) != {"error", "message", "details"} or answer["error"] != "not_found":
            raise SmokeFailed(f"an unknown route answered {answer}")

    def closed(self) -> None:
        """Staff, administrators' and lab PCs' routes ask for a login."""
        for route in ("/jobs", "/admin/settings", "/sync/manifest"):
            self._expect(401, self._public.get(API + route))

    def direct_access_refused(self) -> None:
        """The API does not answer past CloudFront."""
        answer = HttpClient(self._direct or "").request(
            "GET", (self._direct or "").rstrip("/") + f"{API}/health"
        )
        if answer.status != 403 or answer.json()["error"] != "direct_access":
            raise SmokeFailed(f"the API's own address answered {answer.status}: {answer.text[:200]}")

    def whole_job(self, desk: Desk, link: Callable[[], str]) -> None:
        """Upload, analysis, mail, confirmation: one job; `link` answers the confirmation link of its mail."""
        staff = self._logged_in(desk)
        job = self._submitted(desk.mail_to)
        try:
            self._to_the_print(staff, job, desk, link)
        finally:  # nobody shall have to clear it away
            end = {"new_status": "REJECTED", "reason": "smoke test"}
            self._act(staff, job, desk, "admin/change-status", end)

    def _to_the_print(self, staff: HttpClient, job: str, desk: Desk, link: Callable[[], str]) -> None:
        self._until("picture", lambda: self._get(staff, job)["thumbnail"]["state"] == "ready")
        self._until("receipt", lambda: self._mailed(staff, job) >= 1)
        candidates = self._expect(200, staff.get(f"{API}/jobs/{job}/candidate-files"))["files"]
        approval = {"authoritative_filename": candidates[0]["name"], "weight_g": 12, "time_hours": 1}
        self._act(staff, job, desk, "approve", approval)
        self._until("approval mail", lambda: self._mailed(staff, job) >= 2)
        token = link().partition("token=")[2]
        self._expect(200, self._public.post(f"{API}/confirm/{token}"))
        moved = self._get(staff, job)
        if moved["status"] != "READYTOPRINT":
            raise SmokeFailed(f"the confirmed job is {moved['status']}")

    def _logged_in(self, desk: Desk) -> HttpClient:
        credentials = {"workstation_id": desk.workstation, "password": desk.password}
        token = self._expect(200, self._public.post(f"{API}/auth/login", credentials))["token"]
        return self._public.with_token(token)

    def _submitted(self, mail_to: str) -> str:
        # Never the same bytes: the job of a try that was killed may still be open, and would refuse this one.
        content = secrets.token_hex(40).encode() + samples.binary_stl(samples.mounting_plate())[80:]
        catalog = self._expect(200, self._public.get(f"{API}/catalog"))
        form = _form(catalog, mail_to) | {
            "filename": "smoke test.stl",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        announced = self._expect(201, self._public.post(f"{API}/submit/uploads", form))
        stored = self._public.upload(announced["post"], content)
        if stored.status != 204:
            raise SmokeFailed(f"the store answered {stored.status}: {stored.text[:300]}")
        path = f"{API}/submit/uploads/{announced['upload_id']}/complete"
        job_id: str = self._expect(201, self._public.post(path))["id"]
        return job_id

    def _get(self, staff: HttpClient, job: str) -> Any:
        return self._expect(200, staff.get(f"{API}/jobs/{job}"))

    def _mailed(self, staff: HttpClient, job: str) -> int:
        kinds = [event["event_type"] for event in self._get(staff, job)["events"]]
        if "EmailFailed" in kinds:
            raise SmokeFailed("a mail was given up: GET /admin/mail/failed says why")
        return kinds.count("EmailSent")

    def _act(self, staff: HttpClient, job: str, desk: Desk, action: str, body: dict[str, Any]) -> None:
        self._expect(200, staff.post(f"{API}/jobs/{job}/{action}", {"staff_name": desk.staff, **body}))

    def _until(self, what: str, there: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not there():
            if time.monotonic() > until:
                raise SmokeFailed(f"no {what} within {_PATIENCE_S} s")
            time.sleep(0.5)

    def _expect(self, status: int, answer: Response) -> Any:
        if answer.status != status:
            raise SmokeFailed(f"{answer.status} instead of {status}: {answer.text[:300]}")
        return json.loads(answer.body)


def _form(catalog: dict[str, Any], mail_to: str) -> dict[str, Any]:
    """The first offer of the catalog."""
    printer = next(each for each in catalog["printers"] if each["active"])
    method = printer["methods"][0]
    material = next(each for each in catalog["materials"] if each["active"] and each["method"] == method)
    return {
        "student_name": "Smoke Test",
        "student_email": mail_to,
        "discipline": catalog["disciplines"][0],
        "class_number": "N/A",
        "method": method,
        "printer": printer["id"],
        "color": material["colors"][0],
        "acknowledged_minimum_charge": True,
    }


def main(arguments: list[str]) -> int:
    """Take all steps; 1 at the first that fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.smoke", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--direct", help="the API's own address (output EndpointURL of the stack)")
    parser.add_argument("--workstation", default="admin-desk")
    parser.add_argument("--staff", help="an active staff member: with it, a whole job is tried")
    parser.add_argument("--mail-to", help="an address whose mails you can read")
    options = parser.parse_args(arguments)
    if bool(options.staff) != bool(options.mail_to):
        parser.error("a whole job needs both --staff and --mail-to")
    smoke = Smoke(options.url, options.direct)
    try:
        for step in smoke.outside():
            step()
            print(f"ok  {(step.__doc__ or '').strip()}", flush=True)
        if options.staff and options.mail_to:
            password = os.environ.get("PRINTLAB_SMOKE_PASSWORD") or getpass.getpass("Password: ")
            desk = Desk(options.workstation, password, options.staff, options.mail_to)
            smoke.whole_job(desk, lambda: input("The confirmation link in the mail: "))
            print("ok  Upload, picture, mails, confirmation of one job.")
    except (SmokeFailed, OSError) as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
