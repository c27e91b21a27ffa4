"""Whoever runs the commands of a deployment, with a small working tree of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.deploy import package
from infra.deploy.deployment import Deployment
from infra.deploy.stages import Stage
from tests.stack.emulated_aws import EmulatedAws

STAGE = Stage("dev", "us-east-1", "PrintLab <print@example.edu>", mail_identity="example.edu")

# What never comes up: it waits a second for a signal that nobody gives.
BROKEN = {
    "BrokenHandle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    "Broken": {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "BrokenHandle"}, "Count": 1, "Timeout": "1"},
    },
}


class Operator:
    """Whoever runs the command: sees the changes, and agrees or not."""

    def __init__(self, account: EmulatedAws, folder: Path, stage: Stage = STAGE) -> None:
        self.account, self.stage, self.folder = account, stage, folder
        self.asked: list[list[str]] = []
        self.agrees = True
        self.deployment = Deployment(stage, account, self._agreed)

    def _agreed(self, changes: list[str]) -> bool:
        self.asked.append(changes)
        return self.agrees

    def deploy(self) -> str:
        """What `make deploy` does after `make package`."""
        self.asked.clear()
        return self.deployment.run(self.deployment.prepare(self.folder / "built", self.folder / "site"))

    def site(self) -> dict[str, bytes]:
        """What the site's bucket holds."""
        s3: Any = self.account.client("s3")
        (bucket,) = (b["Name"] for b in s3.list_buckets()["Buckets"] if "-site-" in b["Name"])
        listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed}

    def stack(self) -> dict[str, Any]:
        """The stack as CloudFormation describes it."""
        formation: Any = self.account.client("cloudformation")
        found: dict[str, Any] = formation.describe_stacks(StackName="printlab-dev")["Stacks"][0]
        return found

    def resources(self) -> set[str]:
        """What the stack holds, by logical id."""
        formation: Any = self.account.client("cloudformation")
        pages = formation.get_paginator("list_stack_resources").paginate(StackName="printlab-dev")
        return {each["LogicalResourceId"] for page in pages for each in page["StackResourceSummaries"]}

    def changed_template(self, change: Any) -> None:
        """The next package, with another template."""
        path = self.folder / "built" / package.TEMPLATE
        whole = json.loads(path.read_text())
        change(whole)
        path.write_text(json.dumps(whole))

    def template(self) -> dict[str, Any]:
        """The template of the next package."""
        found: dict[str, Any] = json.loads((self.folder / "built" / package.TEMPLATE).read_text())
        return found

    def page(self, text: str) -> None:
        """The next site's only page."""
        (self.folder / "site" / "index.html").write_text(text)


def built(account: EmulatedAws, folder: Path, stage: Stage = STAGE) -> Operator:
    """Somebody with a package to deploy."""
    package.write_template(folder / "built", "x86_64")
    with ZipFile(folder / "built" / package.CODE, "w") as code:  # nobody calls the functions here
        code.writestr("app.py", "")
    for name, text in {
        "index.html": "<p>one</p>",
        "js/page.js": "import '/vendor/lib@1/lib.js'",
        "js/contract.d.ts": "",
        "vendor/lib@1/lib.js": "1",
        ".hidden": "",
    }.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_text(text)
    return Operator(account, folder, stage)
