"""One deployment from beginning to end. Every step finds out what is done already: it may be repeated."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from botocore.exceptions import NoCredentialsError

from infra.deploy import keys, package, releases, site, stack
from infra.deploy.formation import Formation
from infra.deploy.releases import Release, Releases
from infra.deploy.stages import NotReady, Stage

# CloudFront gives the site its name while the stack is made; until then links lead nowhere.
_NO_ADDRESS = "https://address.invalid"
FRONTEND = package.ROOT / "frontend_static"


class Deployment:
    """Brings releases of this working tree to one stage."""

    def __init__(self, stage: Stage, session: Any, agreed: Callable[[list[str]], bool]) -> None:
        """`session` makes the clients; `agreed` is shown the changes before they are applied."""
        self._stage = stage
        self._session = session
        self._agreed = agreed
        self._account = _account(session)
        self._formation = Formation(session.client("cloudformation"), stage.stack, stage.stack_role)
        bucket = f"printlab-artifacts-{self._account}-{stage.region}"
        self.releases = Releases(session.client("s3"), bucket, stage.name)

    def prepare(self, built: Path = package.PACKAGE, frontend: Path = FRONTEND) -> Release:
        """Upload what `make package` built and the site; the release that they are."""
        if not (built / package.CODE).exists() or not (frontend / "vendor").exists():
            raise NotReady("There is no package. Build it first: make package")
        self.releases.prepare(self._stage.region)
        code = self.releases.store("code", (built / package.CODE).read_bytes(), "zip")
        whole = json.loads((built / package.TEMPLATE).read_text())
        placed = json.dumps(stack.with_code(whole, self.releases.bucket, code)).encode()
        return Release(
            name=releases.name_of_now(),
            commit=_commit(),
            code=code,
            template=self.releases.store("templates", placed, "json"),
            site=self.releases.store("sites", site.packed(frontend), "zip"),
        )

    def run(self, release: Release) -> str:
        """Make `release` what the stage runs; answers the address of the site."""
        self._check_mail()
        for name in keys.ensure(self._session.client("ssm"), self._stage):
            print(f"Made the secret {keys.parameter(self._stage, name)}.")
        shown = keys.newest(self._session.client("ssm"), self._stage, "origin-keys")
        outputs = self._apply(release, shown)
        keys.retire(self._session.client("ssm"), self._stage, "origin-keys", shown)
        # Named anew: what was rolled back to is now the newest. Before the pages: stopped in between, the
        # way back leads to what ran before.
        self.releases.remember(replace(release, name=releases.name_of_now()))
        sent, removed = site.publish(
            self._session.client("s3"), outputs["SiteBucketName"], self.releases.read(release.site)
        )
        print(f"Site: {sent} files sent, {removed} removed.")
        if sent or removed:
            self._invalidate(outputs["DistributionId"])
        self.releases.prune()
        self._tell(outputs)
        return outputs["SiteUrl"]

    def rotate(self, name: str) -> None:
        """Add a key to the secret `name`."""
        keys.rotate(self._session.client("ssm"), self._stage, name)
        print(f"{keys.parameter(self._stage, name)} has a new key. docs/deploy.md says what comes next.")

    def _apply(self, release: Release, shown: str) -> dict[str, str]:
        """Bring the stack to the release: twice where the site's address came out of the first time."""
        while True:
            address = self._address()
            changed = self._formation.apply(
                self.releases.url(release.template), self._parameters(address, shown), self._agreed
            )
            print("The stack was changed." if changed else "The stack is as it should be.")
            if address == self._address():
                return self._formation.outputs()

    def _address(self) -> str:
        if self._stage.domain:
            return f"https://{self._stage.domain}"
        return self._formation.outputs().get("SiteUrl", _NO_ADDRESS)

    def _parameters(self, address: str, shown: str) -> dict[str, str]:
        return self._stage.parameters() | {
            "FilesBucketName": f"printlab-{self._stage.name}-files-{self._account}",
            "SiteOrigin": address,
            "OriginKey": shown,
        }

    def _check_mail(self) -> None:
        """The template would be applied without, and then no mail would go out."""
        if self._stage.mail_transport != "ses":
            return
        ses, identity = self._session.client("sesv2"), self._stage.mail_identity
        try:
            verified = ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"]
        except ses.exceptions.NotFoundException:
            verified = False
        if not verified:
            raise NotReady(
                f"SES in {self._stage.region} does not know {identity} as yours. "
                "Create the identity and wait until it is verified: docs/deploy.md, “Mail”."
            )
        if not ses.get_account().get("ProductionAccessEnabled"):
            print("SES is in its sandbox: mails reach verified addresses only. docs/deploy.md, “Mail”.")

    def _invalidate(self, distribution: str) -> None:
        self._session.client("cloudfront").create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": str(time.time_ns()),
            },
        )

    def _tell(self, outputs: dict[str, str]) -> None:
        url = outputs["SiteUrl"]
        print(f"\n  Form       {url}/\n  Dashboard  {url}/dashboard\n")
        if self._stage.domain:
            print(
                f"DNS: {self._stage.domain} must be an alias (or CNAME) of {outputs['DistributionDomain']}."
            )
        print(f"A new lab needs its first workstation: make furnish STAGE={self._stage.name}")
        print(f"Prove that everything works: make smoke URL={url}")


def _account(session: Any) -> str:
    try:
        account: str = session.client("sts").get_caller_identity()["Account"]
    except NoCredentialsError:
        raise NotReady("There are no AWS credentials here. Log in first, e.g. aws sso login.") from None
    return account


def _commit() -> str:
    """The commit of the working tree, for people who read the list of releases."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=package.ROOT, capture_output=True, text=True
    )
    return described.stdout.strip() or "unknown"
