"""`make deploy` on an emulated account: from nothing, again, and with a fault. Back: test_rollback.py."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from infra.deploy import keys, package
from infra.deploy.formation import Refused
from infra.deploy.stages import NotReady
from tests.deploy.operator import BROKEN, STAGE, Operator
from tests.stack.emulated_aws import EmulatedAws


@pytest.fixture(scope="module")
def ready(operator: Operator) -> Operator:
    """Whose account knows the identity that mails are sent by."""
    ses: Any = operator.account.client("sesv2")
    ses.create_email_identity(EmailIdentity="example.edu")
    return operator


@pytest.fixture(scope="module")
def deployed(ready: Operator) -> Operator:
    """Whose stage is there, whichever tests ran before."""
    ready.deploy()
    return ready


def test_without_a_mail_identity_nothing_is_deployed(operator: Operator) -> None:
    with pytest.raises(NotReady, match=r"SES in us-east-1 does not know example\.edu"):
        operator.deploy()
    assert not operator.asked


def test_who_does_not_agree_changes_nothing(ready: Operator) -> None:
    ready.agrees = False
    with pytest.raises(Refused):
        ready.deploy()
    ready.agrees = True
    assert len(ready.asked) == 1
    dynamodb: Any = ready.account.client("dynamodb")
    assert dynamodb.list_tables()["TableNames"] == []


def test_from_nothing(ready: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    url = ready.deploy()
    assert len(ready.asked) == 2, "once more, with the address that CloudFront gave"
    said = capsys.readouterr().out
    ssm: Any = ready.account.client("ssm")
    secrets = [
        ssm.get_parameter(Name=keys.parameter(STAGE, name), WithDecryption=True)["Parameter"]
        for name in keys.GENERATED
    ]
    assert {secret["Type"] for secret in secrets} == {"SecureString"}
    assert not [secret for secret in secrets if secret["Value"] in said]
    given = {p["ParameterKey"]: p["ParameterValue"] for p in ready.stack()["Parameters"]}
    assert given["SiteOrigin"] == url
    assert given["OriginKey"] not in [secret["Value"] for secret in secrets], "hidden, as NoEcho demands"
    assert set(ready.site()) == {"index.html", "js/page.js", "vendor/lib@1/lib.js"}
    assert f"{url}/dashboard" in said
    assert 'make furnish STAGE=dev STAFF="Your Name"' in said


def test_again_changes_nothing(deployed: Operator) -> None:
    ssm: Any = deployed.account.client("ssm")
    before = ssm.get_parameter(Name=keys.parameter(STAGE, "signing-keys"))["Parameter"]["Version"]
    deployed.deploy()
    assert not deployed.asked
    assert ssm.get_parameter(Name=keys.parameter(STAGE, "signing-keys"))["Parameter"]["Version"] == before


def test_what_runs_already_is_no_new_release(deployed: Operator) -> None:
    assert len(deployed.deployment.releases.all()) == 1, "the way back would lead nowhere"


def test_a_new_site_replaces_the_old_one(deployed: Operator) -> None:
    site = deployed.folder / "site"
    (site / "index.html").write_text("<p>two</p>")
    (site / "vendor" / "lib@1").rename(site / "vendor" / "lib@2")
    deployed.deploy()
    assert set(deployed.site()) == {"index.html", "js/page.js", "vendor/lib@2/lib.js"}
    assert deployed.site()["index.html"] == b"<p>two</p>"


def test_a_change_that_fails_leaves_what_ran(deployed: Operator) -> None:
    deployed.page("<p>two</p>")
    deployed.deploy()
    known = deployed.deployment.releases.all()
    deployed.changed_template(lambda whole: whole["Resources"].update(BROKEN))
    with pytest.raises(NotReady, match="took the change back"):
        deployed.deploy()
    assert deployed.stack()["StackStatus"] in ("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    assert deployed.deployment.releases.all() == known
    assert deployed.site()["index.html"] == b"<p>two</p>"
    deployed.changed_template(lambda whole: whole["Resources"]["Broken"].update(Type="AWS::Nowhere::Thing"))
    with pytest.raises(NotReady, match="does not take the template"):
        deployed.deploy()
    deployed.changed_template(lambda whole: [whole["Resources"].pop(name) for name in BROKEN])


def test_old_releases_are_forgotten_with_their_parts(
    deployed: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from infra.deploy import releases

    monkeypatch.setattr(releases, "KEPT", 1)
    monkeypatch.setattr(releases, "_GRACE", timedelta(0))
    deployed.deployment.releases.prune()
    (last,) = deployed.deployment.releases.all()
    s3: Any = deployed.account.client("s3")
    held = {
        item["Key"] for item in s3.list_objects_v2(Bucket=deployed.deployment.releases.bucket)["Contents"]
    }
    assert {last.code, last.template, last.site} == {key for key in held if not key.startswith("releases/")}


def test_a_rotated_key_is_used_and_the_old_one_still_believed(deployed: Operator) -> None:
    ssm: Any = deployed.account.client("ssm")
    old = keys.newest(ssm, STAGE, "origin-keys")
    keys.rotate(ssm, STAGE, "origin-keys")
    listed = ssm.get_parameter(Name=keys.parameter(STAGE, "origin-keys"), WithDecryption=True)
    assert listed["Parameter"]["Value"].split(",") == [old, keys.newest(ssm, STAGE, "origin-keys")]
    assert keys.newest(ssm, STAGE, "origin-keys") != old


def test_the_key_that_cloudfront_shows_is_believed_until_it_shows_another(deployed: Operator) -> None:
    ssm: Any = deployed.account.client("ssm")

    def believed() -> list[str]:
        name = keys.parameter(STAGE, "origin-keys")
        listed: str = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        return listed.split(",")

    deployed.deploy()
    shown = believed()[-1]
    for _ in range(3):  # a deployment failed after each, and the whole command was repeated
        keys.rotate(ssm, STAGE, "origin-keys")
    assert shown in believed()
    last_two = believed()[-2:]
    deployed.deploy()
    assert believed() == last_two


def test_the_mail_password_is_asked_for_where_no_list_of_processes_shows_it(account: EmulatedAws) -> None:
    smtp = replace(STAGE, mail_transport="smtp", smtp_host="smtp.example.edu", smtp_user="print")
    with pytest.raises(NotReady, match="password of the mail server is missing") as missing:
        keys.ensure(account.client("ssm"), smtp)
    documented = [page.read_text("utf-8") for page in (package.ROOT / "docs").glob("*.md")]
    commands = re.findall(r"ssm put-parameter.*", "\n".join([str(missing.value), *documented]))
    assert len(commands) >= 3
    for command in commands:
        assert "--value file:///dev/stdin" in command
        assert re.search(r"--region (us-east-1|…)", command), "the keys are where the stage is"
