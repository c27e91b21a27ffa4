"""An AWS account on loopback: ministack, with signatures and policies enforced and functions run.

Five things are mended by private names of ministack, whose version is pinned: its CloudFront reaches the
APIs of its API Gateway, plain HTTP on loopback counts as TLS, a mail needs the right to its identities, a
template knows its parameters, and roles have the permissions boundary that their template names, of which
policies may speak.
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
from ministack.core.responses import get_account_id
from ministack.services import cloudfront, iam, ses_v2
from ministack.services.cloudformation import engine, handlers, helpers, provisioners

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
    """Ask a role for the right to every identity that a mail names, as SES in its sandbox does.

    That of the sender, and that of a recipient where it is verified; ministack asks for all there are.
    """
    judge = ministack.app._enforce_ses_v2

    def judged(method: str, path: str, headers: Any, body: bytes, query: Any, request: str) -> Any:
        if not path.rstrip("/").endswith("/outbound-emails"):
            return judge(method, path, headers, body, query, request)
        mail = json.loads(body)
        sender = parseaddr(message_from_bytes(base64.b64decode(mail["Content"]["Raw"]["Data"]))["From"])[1]
        for address in (sender, *(parseaddr(to)[1] for to in mail["Destination"]["ToAddresses"])):
            arn = f"arn:aws:ses:{REGION}:{get_account_id()}:identity/{_identity_of(address)}"
            if _identity_of(address) and (
                denied := ministack.app._enforce_data_plane(
                    *("sesv2", "ses:SendEmail", headers, query, request),
                    resource_arn=arn,
                    named_resource=arn,
                    service_context={"ses:FromAddress": sender},
                )
            ):
                return denied
        return None

    ministack.app._enforce_ses_v2 = judged


def _identity_of(address: str) -> str | None:
    """The verified identity that an address belongs to: itself, or a domain above it."""
    domain = address.partition("@")[2].split(".")
    names = [address, *(".".join(domain[n:]) for n in range(len(domain)))]
    return next((name for name in names if name in ses_v2._identities), None)


def _know_parameters() -> None:
    """Refuse parameters that a template does not declare, as CloudFormation does; ministack takes any."""
    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def created(request: dict[str, Any]) -> Any:
        template, problem = helpers._resolve_template(request)
        declared = {} if problem else engine._parse_template(template).get("Parameters", {})
        given = [each["Key"] for each in helpers._extract_members(request, "Parameters")]
        if unknown := [name for name in given if name not in declared]:
            message = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
            return helpers._error("ValidationError", message)
        return create(request)

    handlers._ACTION_HANDLERS["CreateChangeSet"] = created


def _bound_roles() -> None:
    """Give a role the boundary of its template; ministack enforces it, but its CloudFormation forgets it."""
    role = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
    create, update = role["create"], role["update"]

    def created(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name, attributes = create(logical_id, properties, stack)
        iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
        return name, attributes

    def updated(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any, **named: Any) -> Any:
        name, attributes = update(physical_id, old, new, *rest, **named)
        iam._roles[name]["PermissionsBoundary"] = new.get("PermissionsBoundary")
        return name, attributes

    role.update(create=created, update=updated)


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
    _know_parameters()
    _bound_roles()
    _tell_of_roles()
    _speak_tls()
    ministack.app.main()
