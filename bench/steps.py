"""The main job step by step: the calls that the pages, the browser and the queues make of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.lab import API_HANDLER, STAFF_NAME, Lab
from bench.lab_pc import Asking
from infra import samples
from infra.http_client import HttpClient
from infra.model_files import binary_stl

SEND_MAIL = "send_mail"
ANALYSE_MODEL = "analyse_model"


@cache
def model() -> bytes:
    """What a student typically sends: an STL of 173,000 triangles, 8.6 MB."""
    return binary_stl(samples.twisted_vase(), "vase")


class Journey:
    """One job on its way. `outside` counts what AWS is asked by others than the functions."""

    def __init__(self, lab: Lab, number: int) -> None:
        self.outside: Counter[str] = Counter()
        self._lab = lab
        self._agent = Asking(lab)
        self._number = number
        self._upload: dict[str, Any] = {}
        self._job: dict[str, Any] = {}

    def form_page(self) -> None:
        self._call("GET", "/catalog")

    def announce(self) -> None:
        content = model()
        form = {
            "student_name": "Grace Hopper",
            "student_email": f"grace{self._number}@students.example.edu",
            "discipline": "Engineering",
            "class_number": "ARCH 4000",
            "method": "Filament",
            "printer": "prusa-mk4s",
            "color": "True Red",
            "acknowledged_minimum_charge": True,
            "filename": "vase.stl",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        self._upload = self._call("POST", "/submit/uploads", form)

    def upload(self) -> None:
        answer = HttpClient("").upload(self._upload["post"], model())
        if answer.status >= 300:
            raise RuntimeError(f"the store answered {answer.status}: {answer.text[:800]}")
        self.outside["s3.PostObject"] += 1

    def complete(self) -> None:
        self._job = self._call("POST", f"/submit/uploads/{self._upload['upload_id']}/complete", {})

    def track(self) -> None:
        self._call("GET", f"/track/{_token(self._job['tracking_url'])}")

    def analysis(self) -> None:
        self._handle(ANALYSE_MODEL)

    def mail(self) -> None:
        self._handle(SEND_MAIL)

    def open_card(self) -> None:
        job = self._call("GET", f"/jobs/{self._job['id']}")
        if job["thumbnail"]["state"] != "ready":
            raise RuntimeError(f"the model was not analysed: {job['mesh_error']}")
        self._call("GET", f"/jobs/{self._job['id']}/candidate-files")
        self.outside["s3.GetObject"] += 1  # the picture

    def approve(self) -> None:
        self._reserve()
        files = self._call("GET", f"/jobs/{self._job['id']}/candidate-files")
        self._call("GET", "/cost/preview?material=filament&weight_g=45.5")
        estimate = {"weight_g": 45.5, "time_hours": 3.2, "authoritative_filename": files["recommended"]}
        self._act("approve", estimate)

    def confirm(self) -> None:
        newest = self._lab.mailbox.mails()[0]
        token = next(_token(link) for link in newest["links"] if "/confirm?" in link)
        self._call("GET", f"/confirm/{token}")
        self._call("POST", f"/confirm/{token}", {})

    def mark_printing(self) -> None:
        self._reserve()
        self._act("mark-printing")

    def mark_complete(self) -> None:
        self._reserve()
        self._act("mark-complete")

    def payment(self) -> None:
        self._reserve()
        self._act("payment", {"grams": 45.5, "txn_no": f"T{self._number}", "picked_up_by": "Grace Hopper"})

    def refresh(self) -> None:
        self._call("GET", "/jobs?status=UPLOADED&limit=50")
        self._call("GET", "/jobs/counts")

    def followed(self) -> None:
        self._agent.poll()

    def _reserve(self) -> None:
        """What every modal does first: take the lock and read the job again."""
        self._call("POST", f"/jobs/{self._job['id']}/lock", {"staff_name": STAFF_NAME})
        self._call("GET", f"/jobs/{self._job['id']}")

    def _act(self, action: str, form: dict[str, Any] | None = None) -> None:
        self._call("POST", f"/jobs/{self._job['id']}/{action}", {"staff_name": STAFF_NAME, **(form or {})})

    def _call(self, method: str, path: str, body: object = None) -> Any:
        return self._lab.call(method, path, body, address=f"198.51.100.{self._number}")

    def _handle(self, function: str) -> None:
        before = len(self._lab.functions.invocations)
        self._lab.handle_messages(function)
        messages = len(self._lab.functions.invocations) - before
        self.outside.update({"sqs.ReceiveMessage": messages, "sqs.DeleteMessage": messages})


def _token(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


@dataclass(frozen=True)
class Step:
    """One step of the job: which function does it, how often it happens to a job, mails that it sends."""

    name: str
    run: Callable[[Journey], None]
    function: str = API_HANDLER
    times: int = 1
    mails: int = 0


REFRESH = Step("dashboard refresh after each action", Journey.refresh, times=4)
# It is told of each of six changes at once, and for a quarter of an hour whenever the trail is read.
FOLLOWED = Step("the lab PC's agent follows", Journey.followed, times=6 * 16)
STEPS = (
    Step("form page", Journey.form_page),
    Step("announce", Journey.announce),
    Step("upload (browser to S3)", Journey.upload),
    Step("complete", Journey.complete),
    Step("analysis", Journey.analysis, ANALYSE_MODEL),
    Step("receipt mail", Journey.mail, SEND_MAIL, mails=1),
    Step("tracking page", Journey.track),
    Step("open the card", Journey.open_card),
    Step("approve", Journey.approve),
    Step("approval mail", Journey.mail, SEND_MAIL, mails=1),
    Step("confirm", Journey.confirm),
    Step("mark printing", Journey.mark_printing),
    Step("mark complete", Journey.mark_complete),
    Step("completion mail", Journey.mail, SEND_MAIL, mails=1),
    Step("payment", Journey.payment),
    REFRESH,
    FOLLOWED,
)
