"""`make demo-lab`: a lab PC at work, with the real agent, the real opener and a real PrusaSlicer.

A job comes to the share, is sliced there, its G-code goes up and fills in the approval; then it moves through
the folders of the share, until it is handed over. Drives the product that runs at --url, or starts one.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from infra import samples, screen, slicer
from infra.demo import STAFF, DemoFailed, Lab, Model, product, say, wait_for
from infra.lab_pc import LabPc, link_to

WORKSTATION = "demo-lab-pc"
_STATIONS = "/api/v1/admin/workstations"


@dataclass(frozen=True)
class Told:
    """What the story came to: the job, what the form says of its G-code, the folders, the window."""

    job: dict[str, Any]
    gcode: dict[str, Any]
    folders: list[str]
    window: str


class Walk:
    """One job and the lab PC; after every step its files lie in the right folder of the share."""

    def __init__(self, lab: Lab, pc: LabPc) -> None:
        self._lab, self._pc = lab, pc
        model = Model(
            "spur gear.stl", samples.binary_stl(samples.spur_gear()), "Grace Hopper",
            "Filament", "prusa-mk4s", "Blue", 0, 0,
        )  # fmt: skip
        self.job = lab.submit(model)
        self.folders: list[str] = []

    def on_the_share(self) -> None:
        """Until the job's files are there, where its status says."""
        self.job = self._lab.job(self.job["id"])
        name, folder = self.job["display_name"], self.job["folder"]
        started = time.monotonic()
        names = [file["name"] for file in self._lab.files(self.job["id"])] + [f"{name}.metadata.json"]
        self._pc.wait_for_files(name, folder, names)
        self.folders.append(folder)
        took, endings = time.monotonic() - started, (each.removeprefix(name) for each in sorted(names))
        say(f"{self.job['status_label']:<16} {folder}/ on the share after {took:.0f} s: {', '.join(endings)}")

    def act(self, action: str, **body: Any) -> None:
        """Staff do something, and the share follows."""
        self._lab.act(self.job["id"], action, **body)
        self.on_the_share()

    def slice(self) -> dict[str, Any]:
        """Staff slice the model where it lies; the G-code, as the approval form shows it."""
        original = self._pc.share / self.job["file_key"]
        saved = slicer.slice_beside(original, self._pc.settings / "profile.ini")
        say(f"PrusaSlicer saved {saved.name}, {saved.stat().st_size / 2**20:.1f} MB")

        def recommended() -> dict[str, Any] | None:
            answer = self._lab.staff.get(f"/api/v1/jobs/{self.job['id']}/candidate-files")
            listed = self._lab.expect(200, "list files", answer)
            files: dict[str, dict[str, Any]] = {file["name"]: file for file in listed["files"]}
            return files[saved.name] if listed["recommended"] == saved.name else None

        return wait_for(f"{saved.name} in the approval form", recommended)

    def confirm(self) -> None:
        """The student opens the link of the mail."""
        mail = self._lab.mail(self.job["student_email"], f"confirm your 3D print job {self.job['short_id']}")
        self._lab.confirm(next(link for link in mail["links"] if "/confirm?" in link))
        self.on_the_share()

    def open(self) -> str:
        """“Open file” on the card: logged, and opened in the slicer; its window's title."""
        name = self.job["authoritative_filename"]
        self._lab.act(self.job["id"], "opened-in-slicer", filename=name)
        path = self._pc.share / self.job["folder"] / name
        return self._pc.open_link(link_to(path), path.stem)


def walk(lab: Lab, pc: LabPc) -> Told:
    """The story, while the agent runs as a service."""
    job = Walk(lab, pc)
    job.on_the_share()
    gcode = job.slice()
    facts = gcode["slicing"]
    hours = ceil(facts["time_s"] / 36) / 100  # as the form does
    say(f"the form fills in {facts['weight_g']} g and {hours} h, by {facts['slicer']}")
    job.act(
        "approve",
        authoritative_filename=gcode["name"],
        weight_g=facts["weight_g"],
        time_hours=hours,
    )
    say(f"approved: {job.job['weight_g']} g, {job.job['time_hours']} h → ${job.job['cost_usd']}")
    job.confirm()
    window = job.open()
    say(f"“Open file” shows it: “{window}”")
    job.act("mark-printing")
    job.act("admin/mark-failed", reason="Nozzle clogged at layer 40")
    job.act("mark-printing")
    job.act("mark-complete")
    lab.act(job.job["id"], "lock")
    job.act("payment", grams=facts["weight_g"], txn_no="TC-4711", picked_up_by="Grace Hopper")
    say(f"paid: ${job.job['payment']['price_usd']}")
    return Told(job.job, gcode, job.folders, window)


@contextmanager
def workstation(lab: Lab) -> Iterator[str]:
    """The lab PC's account, for as long as the demo takes; its password."""
    admin, password = lab.at("admin-desk"), secrets.token_urlsafe(24)
    fields = {"staff_name": STAFF, "password": password}
    account = {"id": WORKSTATION, "display_name": "Lab PC of the demo", "role": "agent"}
    added = admin.post(_STATIONS, {**fields, **account})
    if added.status == 409:  # of an earlier demo
        again = admin.patch(f"{_STATIONS}/{WORKSTATION}", {**fields, "disabled": False})
        lab.expect(200, "enable the lab PC", again)
    else:
        lab.expect(201, "add the lab PC", added)
    try:
        yield password
    finally:
        admin.patch(f"{_STATIONS}/{WORKSTATION}", {"staff_name": STAFF, "disabled": True})


def missing() -> list[str]:
    """What must be installed first, in words."""
    found = {slicer.MISSING: slicer.find() and slicer.find_viewer(), screen.MISSING: screen.find()}
    return [words for words, program in found.items() if not program]


def story(url: str, data: Path) -> Told:
    """Everything, from the empty share to a share that is as the cloud is. Raises DemoFailed."""
    with (
        product(url, data) as lab,
        workstation(lab) as password,
        tempfile.TemporaryDirectory(prefix="printlab-pc-") as folder,
    ):
        pc = LabPc(Path(folder), lab.public.base_url, WORKSTATION, password)
        say(pc.agent("init").strip())
        with pc.agent_running():
            told = walk(lab, pc)
        for command in ("verify", "status"):
            say(f"agent {command}: {pc.agent(command).splitlines()[-1]}")
        return told


def main(arguments: list[str]) -> int:
    """Tell the story; 1 when a step fails or a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m infra.demo_lab", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8080", help="where PrintLab may be running")
    parser.add_argument("--data", type=Path, default=Path(".data"), help="data folder of the running one")
    options = parser.parse_args(arguments)
    if words := missing():
        print(f"The demo of a lab PC cannot run: {'; '.join(words)}", file=sys.stderr)
        return 1
    started = time.monotonic()
    try:
        story(options.url, options.data)
    except DemoFailed as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    print(f"\nDone in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
