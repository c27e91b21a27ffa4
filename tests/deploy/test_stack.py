"""The template that is deployed: nobody may more than needed, nothing is lost, everything is watched."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from infra.deploy import edge, package, stack
from infra.local.functions import Functions
from infra.local.gateway import FRONTEND
from infra.local.static import PAGES, StaticFiles
from infra.local.template import document
from infra.security_headers import SECURITY_HEADERS

# What AWS allows in no narrower way.
WITHOUT_RESOURCE = {"ses:GetAccount": "is about the account and knows no resource"}
# In its sandbox SES asks for the right to the identity of a recipient, too, and nobody knows those before.
# So the right is to all identities, bound to a sender that is the configured identity or an address of it.
ANY_IDENTITY = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"
FROM_THE_LAB = {
    "StringLike": {
        "ses:FromAddress": [
            {"Fn::Sub": "${MailIdentity}"},
            {"Fn::Sub": "*@${MailIdentity}"},
            {"Fn::Sub": "*@*.${MailIdentity}"},
        ]
    }
}
# Made anew from the other tables, or gone by themselves within a month.
EPHEMERAL = {"TransientTable", "AuditsTable", "FindingsTable", "WatchTable"}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return package.template()


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


def _of(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def _statements(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in _of(resources, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def test_no_role_may_do_everything_or_touch_everything(resources: dict[str, Any]) -> None:
    seen = 0
    for name, statement in _statements(resources):
        seen += 1
        assert not [action for action in statement["Action"] if "*" in action], (name, statement)
        resource = statement["Resource"]
        if resource == "*":
            assert set(statement["Action"]) <= set(WITHOUT_RESOURCE), (name, statement)
        elif resource == {"Fn::Sub": ANY_IDENTITY}:
            assert statement["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
            assert statement["Condition"] == FROM_THE_LAB
        else:
            text = resource.get("Fn::Sub") or ".".join(resource["Fn::GetAtt"])
            # Inside what is named: all indexes of one table, all objects of one folder.
            assert "*" not in text.removesuffix("/index/*").removesuffix("/*"), (name, statement)
            assert text != "${FilesBucket.Arn}/*", (name, statement)
    assert seen > 50


def test_who_sends_mail_may_reach_verified_recipients(resources: dict[str, Any]) -> None:
    senders = {name for name, each in _statements(resources) if "ses:SendEmail" in each["Action"]}
    reaching = {
        name for name, each in _statements(resources) if each["Resource"] == {"Fn::Sub": ANY_IDENTITY}
    }
    assert senders == reaching == {"APIHandlerRole", "SendMailRole"}


def test_every_function_runs_in_a_role_of_its_own(resources: dict[str, Any], functions: Functions) -> None:
    deployed = _of(resources, "AWS::Serverless::Function")
    names = {each.function for each in functions.triggers()}
    names |= {each.function for each in functions.schedules()}
    assert {each["Handler"] for each in deployed.values()} == {f"app.{name}" for name in names} | {"app.app"}
    roles = Counter(each["Role"]["Fn::GetAtt"][0] for each in deployed.values())
    assert set(roles.values()) == {1}
    for name in roles:
        trusted = resources[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert [each["Principal"] for each in trusted] == [{"Service": "lambda.amazonaws.com"}]


def test_every_function_has_a_log_that_ends(resources: dict[str, Any]) -> None:
    groups = _of(resources, "AWS::Logs::LogGroup")
    for function in _of(resources, "AWS::Serverless::Function").values():
        group = groups[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
    assert all(group["RetentionInDays"] for group in groups.values())


def test_tables_can_be_taken_back_to_any_second(resources: dict[str, Any]) -> None:
    tables = {name: each for name, each in resources.items() if each["Type"] == "AWS::DynamoDB::Table"}
    for name, table in tables.items():
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
        if name not in EPHEMERAL:
            recovery = table["Properties"]["PointInTimeRecoverySpecification"]
            assert recovery == {"PointInTimeRecoveryEnabled": True}
            assert table["DeletionPolicy"] == "RetainExceptOnCreate", name
    assert set(tables) >= EPHEMERAL


def test_what_is_kept_goes_again_when_it_came_up_in_vain(resources: dict[str, Any]) -> None:
    """Kept empty after a first creation that failed, it would stand in the way of the next one."""
    kept = {name: each["DeletionPolicy"] for name, each in resources.items() if "DeletionPolicy" in each}
    assert set(kept.values()) == {"Delete", "RetainExceptOnCreate"}, kept
    stateful = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
    held = {name for name, each in resources.items() if each["Type"] in stateful} - EPHEMERAL
    assert len(held) > 15
    for name in held:
        assert kept[name] == "RetainExceptOnCreate", name
        assert resources[name]["UpdateReplacePolicy"] == "Retain", name


def test_buckets_are_closed_versioned_and_tidied(resources: dict[str, Any]) -> None:
    buckets = _of(resources, "AWS::S3::Bucket")
    assert len(buckets) >= 2
    policies = {each["Bucket"]["Ref"]: each for each in _of(resources, "AWS::S3::BucketPolicy").values()}
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["BucketEncryption"]
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert any("NoncurrentVersionExpiration" in rule for rule in rules)
        statements = policies[name]["PolicyDocument"]["Statement"]
        # Who deletes by name leaves a marker, which would stay for ever.
        assert any("ExpirationInDays" in rule or "ExpiredObjectDeleteMarker" in rule for rule in rules)
        denied = next(each for each in statements if each["Effect"] == "Deny")
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        public = [s for s in statements if s["Effect"] == "Allow" and s["Principal"] == "*"]
        assert not public


def test_a_message_outlives_every_attempt_at_it(resources: dict[str, Any]) -> None:
    queues = _of(resources, "AWS::SQS::Queue")
    by_name = {each["QueueName"]["Fn::Sub"]: each for each in queues.values()}
    triggers = 0
    for function in _of(resources, "AWS::Serverless::Function").values():
        for event in function.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            triggers += 1
            queue = by_name[event["Properties"]["Queue"]["Fn::Sub"].rpartition(":")[2]]
            assert queue["VisibilityTimeout"] >= function["Timeout"]
            dead = queues[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
            assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
            # One message a call: a batch never fails in part.
            assert event["Properties"]["BatchSize"] == 1
            assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert triggers >= 3
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_the_api_is_behind_cloudfront_alone(resources: dict[str, Any]) -> None:
    config = resources["Distribution"]["Properties"]["DistributionConfig"]
    api = next(origin for origin in config["Origins"] if origin["Id"] == "api")
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert api["OriginCustomHeaders"] == [{"HeaderName": "X-Origin-Key", "HeaderValue": {"Ref": "OriginKey"}}]
    (behavior,) = config["CacheBehaviors"]
    assert behavior["PathPattern"] == "/api/*"
    assert behavior["FunctionAssociations"][0]["FunctionARN"]["Fn::GetAtt"][0] == "ClientFunction"
    for each in (behavior, config["DefaultCacheBehavior"]):
        assert each["ViewerProtocolPolicy"] in ("https-only", "redirect-to-https")
        assert each["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}
    # They would turn the API's own 404 into a page.
    assert "CustomErrorResponses" not in config


def test_no_secret_is_in_the_template(template: dict[str, Any]) -> None:
    assert template["Parameters"]["OriginKey"]["NoEcho"] is True
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    for name, value in variables.items():
        if re.search("KEY|PASSWORD|SECRET", name):
            assert name.endswith("_PARAMETER"), name
        assert value != {"Ref": "OriginKey"}


def test_every_variable_is_one_that_is_read(template: dict[str, Any]) -> None:
    known = (package.ROOT / "chalicelib" / "config.py").read_text()
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    ours = [name for name in variables if name.startswith("PRINTLAB_")]
    assert len(ours) > 8
    assert not [name for name in ours if f'"{name}"' not in known]


def test_what_the_gateway_refuses_has_our_shape(resources: dict[str, Any]) -> None:
    responses = resources["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"
    for response in responses.values():
        body = json.loads(response["responseTemplates"]["application/json"])
        assert set(body) == {"error", "message", "details"}
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "REQUEST_TOO_LARGE"} <= set(responses)


def test_the_headers_are_those_of_the_local_gateway(resources: dict[str, Any]) -> None:
    policy = resources["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    fixed = policy["SecurityHeadersConfig"]
    files = " https://s3.${AWS::Region}.${AWS::URLSuffix}/${FilesBucket}"
    csp = fixed["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    assert f"connect-src 'self'{files}{files}/; " in csp
    without = csp.replace(f"{files}{files}/", "").replace("connect-src 'self'; ", "")
    assert without == SECURITY_HEADERS["Content-Security-Policy"]
    assert fixed["ReferrerPolicy"]["ReferrerPolicy"] == SECURITY_HEADERS["Referrer-Policy"]
    assert fixed["ContentTypeOptions"]["Override"] is True
    assert fixed["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    (custom,) = policy["CustomHeadersConfig"]["Items"]
    assert SECURITY_HEADERS[custom["Header"]] == custom["Value"]
    assert len(SECURITY_HEADERS) == 4, "each is told to CloudFront above"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_pages_may_reach_signed_addresses(template: dict[str, Any], region: str) -> None:
    """In a process of its own, with the variables that the functions have."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    script = (
        "from chalicelib.aws import files\n"
        "print(files.presign_post('_incoming/a', size=1, sha256='00', expires_s=9)['url'])\n"
        "print(files.presign_download('Uploaded/a.stl', 'a.stl', 9).partition('?')[0])"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "PRINTLAB_FILES_BUCKET": "lab",
        **{name: value for name, value in variables.items() if name.startswith("AWS_")},
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=package.ROOT,
    )
    base = f"https://s3.{region}.amazonaws.com/lab"
    assert done.stdout.split() == [base, f"{base}/Uploaded/a.stl"]


ADDRESSES = [
    *PAGES,
    *(f"{page}/" for page in PAGES if page != "/"),
    "/css/base.css",
    "/favicon.svg",
    "/index.html",
    "/nowhere",
    "/nowhere/else",
    "/constructor",
    "/dashboard/x",
]


def test_cloudfront_shows_what_the_local_gateway_shows() -> None:
    """The very code that is deployed, run by Node.js."""
    ask = "JSON.stringify(ADDRESSES.map((uri) => handler({request: {uri, headers: {}}})))"
    script = f"{edge.pages_code()}\nconst ADDRESSES = {json.dumps(ADDRESSES)};\nconsole.log({ask});"
    found = json.loads(_node(script))
    local = StaticFiles(FRONTEND)
    for address, answer in zip(ADDRESSES, found, strict=True):
        here = local.handle({"REQUEST_METHOD": "GET", "REQUEST_URI": address})
        if here.status == 404:
            assert answer["statusCode"] == 404
            assert answer["body"]["data"].encode() == here.body
            sent = {name: each["value"] for name, each in answer["headers"].items()}
            assert sent["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
        else:
            assert (FRONTEND / answer["uri"].lstrip("/")).read_bytes() == here.body, address


def test_cloudfront_functions_are_small_enough(resources: dict[str, Any]) -> None:
    for function in _of(resources, "AWS::CloudFront::Function").values():
        assert len(function["FunctionCode"].encode()) < 10_240


def test_a_client_cannot_say_who_it_is() -> None:
    code = resources_code("ClientFunction")
    event = {
        "viewer": {"ip": "203.0.113.7"},
        "request": {"uri": "/api/v1/health", "headers": {"x-client-address": {"value": "198.51.100.1"}}},
    }
    request = json.loads(_node(f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"))
    assert request["headers"]["x-client-address"] == {"value": "203.0.113.7"}


def resources_code(name: str) -> str:
    code: str = edge.resources()[name]["Properties"]["FunctionCode"]
    return code


def test_the_dashboard_shows_every_function_and_alarm(resources: dict[str, Any]) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    text = json.dumps(body)
    for function in _of(resources, "AWS::Serverless::Function").values():
        assert f'"{function["FunctionName"]["Fn::Sub"]}"' in text
    for alarm in _of(resources, "AWS::CloudWatch::Alarm").values():
        assert f":alarm:{alarm['AlarmName']['Fn::Sub']}" in text


def test_the_code_is_put_everywhere(template: dict[str, Any]) -> None:
    placed = stack.with_code(template, "artifacts", "code/x.zip")
    for function in _of(placed["Resources"], "AWS::Serverless::Function").values():
        assert function["CodeUri"] == {"Bucket": "artifacts", "Key": "code/x.zip"}


def test_a_function_without_rights_is_not_packaged() -> None:
    from infra.deploy import permissions

    with pytest.raises(KeyError, match=r"brand_new of app\.py has no rights yet"):
        permissions.role("brand_new", "BrandNewLogs")


def test_the_role_of_the_pipeline_is_bound_to_the_repository() -> None:
    text = (package.ROOT / "infra" / "github-oidc.yaml").read_text()
    assert "token.actions.githubusercontent.com:sub" in text
    workflow = yaml.safe_load((package.ROOT / ".github" / "workflows" / "deploy.yaml").read_text())
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}


def test_the_pipeline_may_ask_what_aws_answers_for_all_alarms_and_roles_only() -> None:
    pipeline = document(package.ROOT / "infra" / "github-oidc.yaml")
    (policy,) = pipeline["Resources"]["StackRole"]["Properties"]["Policies"]
    allowed = [
        (action, statement["Resource"])
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    ]
    for action in ("cloudwatch:DescribeAlarms", "lambda:CreateEventSourceMapping"):
        assert (action, "*") in allowed, "IAM knows no narrower resource for it"
    assert {"iam:ListAttachedRolePolicies", "iam:ListRolePolicies"} <= {action for action, _ in allowed}


def _node(script: str) -> str:
    node = os.path.join(os.path.dirname(sys.executable), "node")
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout
