"""An AWS account on loopback: ministack, with signatures and policies enforced and functions run.

Four things are mended by private names of ministack, whose version is pinned: its CloudFront reaches the
APIs of its API Gateway, plain HTTP on loopback counts as TLS, senders need the right to one identity, and
roles have the permissions boundary that their template names, of which policies may speak.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import threading
import time
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import ministack.app
from boto3.session import Session
from ministack.core import iam_actions
from ministack.services import cloudfront, iam
from ministack.services.cloudformation import provisioners

from infra.http_client import HttpClient
from infra.local.child import Child
from infra.local.cloud import REGION
from infra.local.ports import free_port

_PIPELINE = Path(__file__).parents[2] / "infra" / "github-oidc.yaml"

# Who deploys. ministack treats the credentials that it is started with as those of the account's root.
_KEY_ID = "AKIADEPLOYER00000000"
_SECRET = "of-an-emulator"


class EmulatedAws:
    """One process; `environment` is what boto3 needs to reach it, mails go on to `smtp_port`."""

    def __init__(self, folder: Path, smtp_port: int | None = None) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.log = folder / "aws.log"
        self.environment = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": _KEY_ID,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self._settings = {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "LAMBDA_EXECUTOR": "local",
            "SMTP_HOST": f"127.0.0.1:{smtp_port}" if smtp_port else "",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "INFO",
        }

    def start(self) -> None:
        """Return when it answers."""
        command = [sys.executable, "-m", "tests.stack.emulated_aws"]
        self._child = Child("emulated AWS", command, self.environment | self._settings, self.log)
        until = time.monotonic() + 60
        while not self._answers():
            if reason := self._child.died():
                raise RuntimeError(reason)
            if time.monotonic() > until:
                raise TimeoutError("emulated AWS does not answer")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return HttpClient(self.endpoint).get("/_ministack/health").status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End it and all functions in it."""
        self._child.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of the account's root."""
        session = Session(aws_access_key_id=_KEY_ID, aws_secret_access_key=_SECRET, region_name=REGION)
        return session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]

    def make_pipeline(self, stage: str) -> dict[str, str]:
        """Make the stack of infra/github-oidc.yaml, where GitHub is known already; its outputs."""
        provider = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"
        given = {"Repository": "lab/printlab", "Stage": stage, "ProviderArn": provider}
        name, formation = f"printlab-{stage}-pipeline", self.client("cloudformation")
        formation.create_stack(
            StackName=name,
            TemplateBody=_PIPELINE.read_text(),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
        formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        (made,) = formation.describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}


def _serve_own_apis() -> None:
    """Let distributions reach the APIs of this account; what they send stays as it is."""
    forward = cloudfront._forward_to_origin

    def forwarded(origin: dict[str, Any], method: str, uri: str, *rest: Any) -> Any:
        if api := re.match(r"(\w+)\.execute-api\.", origin["domain_name"]):
            gateway = {"domain_name": "127.0.0.1", "http_port": int(os.environ["GATEWAY_PORT"])}
            origin = origin | gateway | {"protocol_policy": "http-only"}
            uri = f"/_aws/execute-api/{api[1]}{uri}"
        return forward(origin, method, uri, *rest)

    cloudfront._forward_to_origin = forwarded


def _judge_senders() -> None:
    """Ask a role for the right to the identity that it sends by, as SES does; ministack asks for all."""
    resource = iam_actions._ses_v2_resource_arn

    def judged(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/").endswith("/outbound-emails"):
            raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
            domain = parseaddr(message_from_bytes(raw)["From"])[1].partition("@")[2]
            return f"arn:aws:ses:{region}:{account}:identity/{domain}"
        other: str = resource(method, path, body, region, account)
        return other

    iam_actions._ses_v2_resource_arn = judged


def _bound_roles() -> None:
    """Give a role the boundary of its template; ministack enforces it, but its CloudFormation forgets it."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name, attributes = create(logical_id, properties, stack)
        iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
        return name, attributes

    def updated(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any, **named: Any) -> Any:
        name, attributes = update(physical_id, old, new, *rest, **named)
        iam._roles[name]["PermissionsBoundary"] = new.get("PermissionsBoundary")
        return name, attributes

    handlers.update(create=created, update=updated)


def _tell_of_roles() -> None:
    """Let a policy ask which boundary a role has, or is to have, and which policy is attached to it."""
    known = iam_actions.request_tag_context

    def context(service: str, action: str, body: bytes, given: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = known(service, action, body, given)
        if service != "iam":
            return found
        asked = {name: iam_actions._query_param(given, name) for name in ("PermissionsBoundary", "PolicyArn")}
        role = iam._roles.get(iam_actions._query_param(given, "RoleName")) or {}
        boundary = asked["PermissionsBoundary"] or role.get("PermissionsBoundary")
        return found | {"iam:PermissionsBoundary": boundary, "iam:PolicyARN": asked["PolicyArn"] or None}

    iam_actions.request_tag_context = context


def _speak_tls() -> None:
    """Let every request count as encrypted, as those to AWS are: the buckets refuse any other."""
    pin = ministack.app.pin_request_origin
    ministack.app.pin_request_origin = lambda address, _secure: pin(address, True)


def _forget_the_tests() -> None:
    """Functions inherit the environment here; on Lambda they have only what the template gives them."""
    for name in [name for name in os.environ if name.startswith("PRINTLAB_")]:
        del os.environ[name]


def _end_with_parent() -> None:
    sys.stdin.read()  # until the other end of the pipe is gone, however it went
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _forget_the_tests()
    _serve_own_apis()
    _judge_senders()
    _bound_roles()
    _tell_of_roles()
    _speak_tls()
    ministack.app.main()
