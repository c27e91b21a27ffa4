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

from infra.deploy import keys, package, releases, retained, site, stack
from infra.deploy.formation import Formation, Refused, TakenBack
from infra.deploy.releases import Release, Releases, Underway
from infra.deploy.stages import NotReady, Stage

# CloudFront gives the site its name while the stack is made; until then links lead nowhere.
_NO_ADDRESS = "https://address.invalid"
FRONTEND = package.ROOT / "frontend_static"


class _Asked:
    """Asks, and notes what begins with a yes: stopped after that, the way back leads to what ran before."""

    def __init__(self, agreed: Callable[[list[str]], bool], kept: Releases, what: Underway) -> None:
        self._agreed, self._kept, self._what = agreed, kept, what
        self.agreed = False

    def __call__(self, changes: list[str]) -> bool:
        if self._agreed(changes):
            self._kept.note(self._what)
            self.agreed = True
            return True
        return False


class Deployment:
    """Brings releases of this working tree to one stage."""

    def __init__(self, stage: Stage, session: Any, agreed: Callable[[list[str]], bool]) -> None:
        """`session` makes the clients; `agreed` is shown the changes before they are applied."""
        self._stage = stage
        self._session = session
        self._agreed = agreed
        self._account = _account(session)
        self._formation = Formation(session.client("cloudformation"), stage.stack, stage.stack_role)
        self._files_bucket = f"printlab-{stage.name}-files-{self._account}"
        bucket = f"printlab-artifacts-{self._account}-{stage.region}"
        self.releases = Releases(session.client("s3"), bucket, stage.name)

    def prepare(self, built: Path = package.PACKAGE, frontend: Path = FRONTEND) -> Release:
        """Upload what `make package` built and the site; the release that they are."""
        if not (built / package.CODE).exists() or not (frontend / "vendor").exists():
            raise NotReady("There is no package. Build it first: make package")
        self.releases.prepare(self._stage.region)
        code = self.releases.store("code", (built / package.CODE).read_bytes(), "zip")
        whole = json.loads((built / package.TEMPLATE).read_text())
        names = {
            "Stage": self._stage.name,
            "FilesBucketName": self._files_bucket,
            "AWS::AccountId": self._account,
        }
        placed = retained.named(stack.with_code(whole, self.releases.bucket, code), names)
        return Release(
            name=releases.name_of_now(),
            commit=_commit(),
            code=code,
            template=self.releases.store("templates", json.dumps(placed).encode(), "json"),
            site=self.releases.store("sites", site.packed(frontend), "zip"),
        )

    def run(self, release: Release, *, back: bool = False) -> str:
        """Make `release` what the stage runs; answers the address of the site. `back`: it ran before."""
        self._check_mail()
        for name in keys.ensure(self._session.client("ssm"), self._stage):
            print(f"Made the secret {keys.parameter(self._stage, name)}.")
        shown = keys.newest(self._session.client("ssm"), self._stage, "origin-keys")
        self._begin(Underway(release, back), shown)
        outputs = self._formation.outputs()
        keys.retire(self._session.client("ssm"), self._stage, "origin-keys", shown)
        # Named anew: what was rolled back to is now the newest.
        self.releases.remember(replace(release, name=releases.name_of_now()))
        sent, removed = site.publish(
            self._session.client("s3"), outputs["SiteBucketName"], self.releases.read(release.site)
        )
        print(f"Site: {sent} files sent, {removed} removed.")
        if sent or removed:
            self._invalidate(outputs["DistributionId"])
        self.releases.note(None)
        self.releases.prune()
        self._tell(outputs)
        return outputs["SiteUrl"]

    def roll_back(self, name: str | None) -> str:
        """Make the release `name` what runs again, or the one before the last."""
        release = self.releases.before(name)
        print(f"Going back to {release.name} ({release.commit}).")
        return self.run(release, back=True)

    def rotate(self, name: str) -> None:
        """Add a key to the secret `name`."""
        keys.rotate(self._session.client("ssm"), self._stage, name)
        print(f"{keys.parameter(self._stage, name)} has a new key. docs/deploy.md says what comes next.")

    def _begin(self, what: Underway, shown: str) -> None:
        """Bring the stack to the release once that is agreed to, and note what is under way from there on."""
        earlier, asked = self.releases.underway(), _Asked(self._agreed, self.releases, what)
        try:
            self._apply(what.release, shown, asked)
        except TakenBack:
            self.releases.note(earlier)
            raise
        # Who deploys has the pages at hand; who goes back is told even if nothing else changes.
        if what.back and not asked.agreed and not asked(["Modify   the pages"]):
            raise Refused
        self.releases.note(what)

    def _apply(self, release: Release, shown: str, agreed: Callable[[list[str]], bool]) -> None:
        """Once more where the site's address came out of the first time."""
        while True:
            address = self._address()
            changed = self._formation.apply(
                self.releases.url(release.template), self._parameters(release, address, shown), agreed
            )
            print("The stack was changed." if changed else "The stack is as it should be.")
            if address == self._address():
                return

    def _address(self) -> str:
        if self._stage.domain:
            return f"https://{self._stage.domain}"
        return self._formation.outputs().get("SiteUrl", _NO_ADDRESS)

    def _parameters(self, release: Release, address: str, shown: str) -> dict[str, str]:
        """What the release's template asks for: an older one knows fewer parameters than there are now."""
        known = json.loads(self.releases.read(release.template))["Parameters"]
        given = self._stage.parameters() | {
            "FilesBucketName": self._files_bucket,
            "SiteOrigin": address,
            "OriginKey": shown,
        }
        return {name: value for name, value in given.items() if name in known}

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
        first = f'make furnish STAGE={self._stage.name} STAFF="Your Name"'
        print(f"A new lab needs its first workstation: {first}")
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
