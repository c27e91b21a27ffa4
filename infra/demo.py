"""`make demo`: the main job from form to pick-up, over HTTP, on a real STL, OBJ and 3MF.

Drives the product that runs at --url, or starts one in a fresh data folder when none runs
there. Leaves the thumbnails in .artifacts/demo.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from infra import samples
from infra.http_client import HttpClient, Response
from infra.local.ports import free_port
from infra.local.secret_file import Secrets, load_or_create

OUT = Path(".artifacts") / "demo"
STAFF = "Priya Shah"
_PATIENCE_S = 120
T = TypeVar("T")


class DemoFailed(Exception):
    """A step did not answer as it should."""


@dataclass(frozen=True)
class Model:
    """A file to submit, and what staff will say of it."""

    filename: str
    content: bytes
    student: str
    method: str
    printer: str
    color: str
    weight_g: float
    time_hours: float


def models() -> list[Model]:
    """The three submissions: a 50 MB STL, an OBJ and a 3MF."""
    return [
        Model(
            "ammonite.stl",
            samples.binary_stl(samples.ammonite()),
            "Grace Hopper",
            "Filament",
            "prusa-xl",
            "True Red",
            46.3,
            5.2,
        ),
        Model(
            "spur gear.obj",
            samples.obj(samples.spur_gear()),
            "José Núñez",
            "Filament",
            "prusa-mk4s",
            "Blue",
            24.5,
            1.75,
        ),
        Model(
            "vase.3mf",
            samples.threemf(samples.twisted_vase(sides=120, layers=90)),
            "Ada Lovelace",
            "Resin",
            "formlabs-form-3",
            "Clear",
            41.0,
            6.1,
        ),
    ]


class Lab:
    """The product as seen over HTTP, by a student (`public`) and by the front desk (`staff`)."""

    def __init__(self, url: str, secrets: Secrets) -> None:
        self.public = HttpClient(url)
        self._passwords = secrets.workstation_passwords
        self.staff = self.at("front-desk")

    def at(self, workstation: str) -> HttpClient:
        """A client that is logged in at one of the installation's own workstations."""
        login = {"workstation_id": workstation, "password": self._passwords[workstation]}
        answer = self.public.post("/api/v1/auth/login", login)
        return self.public.with_token(self.expect(200, "log in", answer)["token"])

    def submit(self, model: Model) -> dict[str, Any]:
        """Announce, store, complete: as the form does it."""
        form = {
            "student_name": model.student,
            "student_email": f"{model.student.split()[0].lower().replace('é', 'e')}@student.example.edu",
            "discipline": "Engineering",
            "class_number": "ME 2733",
            "method": model.method,
            "printer": model.printer,
            "color": model.color,
            "acknowledged_minimum_charge": True,
            "filename": model.filename,
            "size": len(model.content),
            "sha256": hashlib.sha256(model.content).hexdigest(),
        }
        upload = self.expect(201, "announce", self.public.post("/api/v1/submit/uploads", form))
        started = time.monotonic()
        stored = self.public.upload(upload["post"], model.content)
        if stored.status not in {200, 201, 204}:
            raise DemoFailed(f"storing {model.filename} answered {stored.status}: {stored.text[:300]}")
        took = time.monotonic() - started
        say(f"{len(model.content) / 2**20:.1f} MB stored by presigned POST in {took:.1f} s")
        complete = f"/api/v1/submit/uploads/{upload['upload_id']}/complete"
        job: dict[str, Any] = self.expect(201, "complete", self.public.post(complete))
        return job

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as staff see it."""
        job: dict[str, Any] = self.expect(200, "look", self.staff.get(f"/api/v1/jobs/{job_id}"))
        return job

    def act(self, job_id: str, action: str, **body: Any) -> dict[str, Any]:
        """One staff action; answers the job."""
        answer = self.staff.post(f"/api/v1/jobs/{job_id}/{action}", {"staff_name": STAFF, **body})
        job: dict[str, Any] = self.expect(200, action, answer)
        return job

    def files(self, job_id: str) -> list[dict[str, Any]]:
        """What lies in the job's folder."""
        answer = self.staff.get(f"/api/v1/jobs/{job_id}/candidate-files")
        files: list[dict[str, Any]] = self.expect(200, "list files", answer)["files"]
        return files

    def mail(self, to: str, subject_part: str) -> dict[str, Any]:
        """The newest mail to `to` whose subject holds `subject_part`; waits for it."""

        def look() -> dict[str, Any] | None:
            mails = json.loads(self.public.get("/_local/mailbox.json").body)
            return next((m for m in mails if to in m["to"] and subject_part in m["subject"]), None)

        return wait_for(f"a mail about “{subject_part}”", look)

    def confirm(self, link: str) -> dict[str, Any]:
        """Open the link of a mail and press the button."""
        path = f"/api/v1/confirm/{link.partition('token=')[2]}"
        self.expect(200, "open the link", self.public.get(path))
        view: dict[str, Any] = self.expect(200, "confirm", self.public.post(path))
        return view

    @staticmethod
    def expect(status: int, step: str, answer: Response) -> Any:
        """What the answer says. Raises DemoFailed for another status."""
        if answer.status != status:
            raise DemoFailed(f"{step} answered {answer.status}, not {status}: {answer.text[:600]}")
        return answer.json()


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """Ask until there is an answer; raises DemoFailed after two minutes."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.25)
    raise DemoFailed(f"{what} did not come within {_PATIENCE_S} s")


def say(text: str) -> None:
    """One line of the story."""
    print(f"    {text}", flush=True)


def walk(lab: Lab, model: Model) -> None:
    """One job from the form to pick-up."""
    print(f"\n{model.filename}, from {model.student}", flush=True)
    job_id = lab.submit(model)["id"]
    job = _thumbnail(lab, job_id)
    _where(lab, job)
    job = lab.act(
        job_id,
        "approve",
        authoritative_filename=lab.files(job_id)[0]["name"],
        weight_g=model.weight_g,
        time_hours=model.time_hours,
    )
    say(f"approved: {job['weight_g']} g, {job['time_hours']} h → ${job['cost_usd']}")
    _where(lab, job)
    mail = lab.mail(job["student_email"], f"confirm your 3D print job {job['short_id']}")
    link = next(link for link in mail["links"] if "/confirm?" in link)
    say(f"mail: “{mail['subject']}”")
    lab.confirm(link)
    _where(lab, lab.job(job_id))
    _print(lab, job_id)
    mail = lab.mail(job["student_email"], f"{job['short_id']} is ready")
    say(f"mail: “{mail['subject']}”")
    _pay(lab, job_id, model)
    say("events: " + ", ".join(event["event_type"] for event in lab.job(job_id)["events"]))


def _thumbnail(lab: Lab, job_id: str) -> dict[str, Any]:
    def ready() -> dict[str, Any] | None:
        job = lab.job(job_id)
        return job if job["thumbnail"]["state"] != "pending" else None

    started = time.monotonic()
    job = wait_for("the thumbnail", ready)
    if job["thumbnail"]["state"] != "ready":
        raise DemoFailed(f"no thumbnail: {job['mesh_error']}")
    OUT.mkdir(parents=True, exist_ok=True)
    picture = OUT / f"{job['display_name']}.png"
    picture.write_bytes(lab.public.get(job["thumbnail"]["url"]).body)
    mesh = job["mesh"]
    size = " × ".join(f"{side:.1f}" for side in mesh["size_mm"])
    say(f"thumbnail after {time.monotonic() - started:.1f} s: {picture}")
    say(f"{mesh['triangles']:,} triangles, {size} mm, watertight: {mesh['watertight']}")
    return job


def _where(lab: Lab, job: dict[str, Any]) -> None:
    names = ", ".join(file["name"] for file in lab.files(job["id"]))
    say(f"{job['status_label']:<16} {job['folder']}/: {names}")


def _print(lab: Lab, job_id: str) -> None:
    _where(lab, lab.act(job_id, "mark-printing"))
    _where(lab, lab.act(job_id, "admin/mark-failed", reason="Nozzle clogged at layer 40"))
    _where(lab, lab.act(job_id, "mark-printing"))
    _where(lab, lab.act(job_id, "mark-complete"))


def _pay(lab: Lab, job_id: str, model: Model) -> None:
    lab.act(job_id, "lock")
    job = lab.act(
        job_id,
        "payment",
        grams=model.weight_g - 0.4,
        txn_no=f"TC-{job_id[:6]}",
        picked_up_by=model.student,
    )
    paid = job["payment"]
    say(f"paid: {paid['grams']} g on the scale → ${paid['price_usd']}, transaction {paid['txn_no']}")
    _where(lab, job)


@contextmanager
def product(url: str, data: Path) -> Iterator[Lab]:
    """The product that runs at `url`, or one started for this demo in a fresh data folder."""
    if _runs(url):
        print(f"PrintLab runs at {url}.")
        yield Lab(url, load_or_create(data / "secrets.json"))
        return
    with tempfile.TemporaryDirectory(prefix="printlab-demo-") as folder:
        fresh, port = Path(folder), free_port()
        print(f"Nothing runs at {url}: starting PrintLab in a fresh folder …", flush=True)
        command = [sys.executable, "-m", "infra.local", "--data", str(fresh), "--port", str(port)]
        # Nobody's mail server, AWS account or other PrintLab is the demo's.
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PRINTLAB_"))
        }
        process = subprocess.Popen([*command, "--empty"], stdout=subprocess.DEVNULL, env=clean)
        try:
            own = f"http://localhost:{port}"
            wait_for("PrintLab", lambda: {"up": True} if _runs(own) else None)
            yield Lab(own, load_or_create(fresh / "secrets.json"))
        finally:
            process.terminate()
            process.wait(30)


def _runs(url: str) -> bool:
    try:
        return HttpClient(url).get("/api/v1/health").status == 200
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    """Walk all three models; 1 when a step fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.demo", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8080", help="where PrintLab may be running")
    parser.add_argument("--data", type=Path, default=Path(".data"), help="data folder of the running one")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        with product(options.url, options.data) as lab:
            for model in models():
                walk(lab, model)
    except DemoFailed as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    print(f"\nDone in {time.monotonic() - started:.0f} s. The pictures are in {OUT}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
