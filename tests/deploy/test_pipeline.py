"""What a pipeline may: infra/github-oidc.yaml in an emulated account, and a stage that was deployed with it.

Emulated AWS enforces policies and boundaries. It does not ask for the right to pass a role, which is why that
is read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from zipfile import ZipFile

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from infra.deploy import package
from infra.deploy.deployment import Deployment
from infra.deploy.stages import Stage
from infra.local.cloud import REGION
from tests.stack.emulated_aws import EmulatedAws

STAGE = Stage("dev", REGION, "PrintLab <print@example.edu>", mail_identity="example.edu")
GREEDY = "printlab-dev-greedy"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
# API Gateway's own policy lets it read any log of the account; within the boundary it reads its own.
READS_LOGS = {"logs:FilterLogEvents", "logs:GetLogEvents"}
ITS_LOGS = [
    f"arn:aws:logs:{REGION}:000000000000:log-group:{name}:*"
    for name in ("/aws/apigateway/welcome", "API-Gateway-Execution-Logs_abc/dev", "/printlab/dev/api")
]
Right = tuple[str, str]  # what may be done, and to what


def document(effect: str, action: str, **rest: Any) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, **rest}]})


TRUST = document("Allow", "sts:AssumeRole", Principal={"AWS": "*"})
ANYTHING = document("Allow", "*", Resource="*")


class Lent:
    """What somebody in a role reaches the account by; the test takes the place of whom the role trusts."""

    def __init__(self, account: EmulatedAws, role: str) -> None:
        account.client("iam").update_assume_role_policy(
            RoleName=role.rpartition("/")[2], PolicyDocument=TRUST
        )
        found = account.client("sts").assume_role(RoleArn=role, RoleSessionName="runner")["Credentials"]
        key, secret, token = (found[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        self._session = Session(key, secret, token, REGION)
        self._endpoint = account.endpoint

    def client(self, service: str) -> Any:
        """A client of boto3."""
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def iam(account: EmulatedAws) -> Any:
    """For the account's administrator."""
    return account.client("iam")


@pytest.fixture(scope="module")
def pipeline(account: EmulatedAws) -> dict[str, str]:
    """The outputs of the pipeline's stack."""
    return account.make_pipeline(STAGE.name)


@pytest.fixture(scope="module")
def roles(
    account: EmulatedAws, iam: Any, pipeline: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """The names of the roles of a stage that the pipeline deployed, configured as docs/deploy.md says."""
    folder = tmp_path_factory.mktemp("tree")
    package.write_template(folder / "built", "x86_64")
    with ZipFile(folder / "built" / package.CODE, "w") as code:  # nobody calls the functions here
        code.writestr("app.py", "")
    (folder / "site" / "vendor").mkdir(parents=True)
    (folder / "site" / "index.html").write_text("<p>one</p>")
    account.client("sesv2").create_email_identity(EmailIdentity="example.edu")
    runner = Lent(account, pipeline["DeployRoleArn"])
    stage = replace(
        STAGE, stack_role=pipeline["StackRoleArn"], permissions_boundary=pipeline["PermissionsBoundaryArn"]
    )
    deployment = Deployment(stage, runner, lambda _changes: True)
    for _ in range(2):  # the second time everything is there, and is looked at
        deployment.run(deployment.prepare(folder / "built", folder / "site"))
    names = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    return [name for name in names if name.startswith("printlab-dev-") and "-pipeline-" not in name]


# --- the boundary ---------------------------------------------------------------------------


def rights(policy: dict[str, Any]) -> Iterator[Right]:
    """What a policy allows under no condition."""
    for statement in policy["Statement"]:
        actions, resources = (
            [each] if isinstance(each, str) else each for each in (statement["Action"], statement["Resource"])
        )
        if statement["Effect"] == "Allow" and "Condition" not in statement:
            yield from ((action, resource) for action in actions for resource in resources)


def managed(iam: Any, arn: str) -> dict[str, Any]:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found: dict[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"][
        "Document"
    ]
    return found


def rights_of(iam: Any, role: str) -> Iterator[Right]:
    """What all policies of a role allow."""
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield from rights(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        for action, resource in rights(managed(iam, attached["PolicyArn"])):
            yield from ((action, each) for each in (ITS_LOGS if action in READS_LOGS else [resource]))


def covers(wide: Right, narrow: Right) -> bool:
    """Whether one right includes the other: a wildcard of `narrow` is matched by one of `wide`."""
    return wide[0] == narrow[0] and fnmatchcase(narrow[1], wide[1])


def test_every_role_of_the_stage_has_the_boundary(
    iam: Any, roles: list[str], pipeline: dict[str, str]
) -> None:
    whole = package.template()["Resources"].values()
    assert len(roles) == sum(each["Type"] == "AWS::IAM::Role" for each in whole)
    for role in roles:
        bound = iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
        assert bound == pipeline["PermissionsBoundaryArn"], role


def test_the_boundary_cuts_no_function_off(iam: Any, roles: list[str], pipeline: dict[str, str]) -> None:
    boundary = list(rights(managed(iam, pipeline["PermissionsBoundaryArn"])))
    needed = {(role, right) for role in roles for right in rights_of(iam, role)}
    assert len(needed) > 200
    assert [each for each in needed if not any(covers(right, each[1]) for right in boundary)] == []


def test_the_boundary_allows_nothing_that_no_role_needs(
    iam: Any, roles: list[str], pipeline: dict[str, str]
) -> None:
    policy = managed(iam, pipeline["PermissionsBoundaryArn"])
    needed = {right for role in roles for right in rights_of(iam, role)}
    assert [each for each in rights(policy) if not any(covers(each, right) for right in needed)] == []
    conditional = [statement for statement in policy["Statement"] if "Condition" in statement]
    (keys,) = conditional
    assert all(action.startswith("kms:") for action in keys["Action"])
    assert list(keys["Condition"]["StringEquals"]) == ["kms:ViaService"]
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(json.dumps(policy, separators=(",", ":"))) < 6_144


# --- who has the pipeline -------------------------------------------------------------------


@pytest.fixture(scope="module")
def intruder(account: EmulatedAws, pipeline: dict[str, str]) -> Any:
    """IAM for whoever can make the pipeline deploy any template: with the rights of CloudFormation."""
    return Lent(account, pipeline["StackRoleArn"]).client("iam")


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _denied() -> Any:
    return pytest.raises(ClientError, match="AccessDenied")


@pytest.mark.parametrize("given", [{}, {"PermissionsBoundary": ADMINISTRATOR}])
def test_no_role_is_made_outside_the_boundary(intruder: Any, given: dict[str, str]) -> None:
    with _denied():
        intruder.create_role(RoleName="printlab-dev-free", AssumeRolePolicyDocument=TRUST, **given)


@pytest.fixture(scope="module")
def greedy(account: EmulatedAws, intruder: Any, roles: list[str], pipeline: dict[str, str]) -> Lent:
    """Whoever is in a role that allows as much as the pipeline can make one allow."""
    assert roles
    bound = {"PermissionsBoundary": pipeline["PermissionsBoundaryArn"]}
    made = intruder.create_role(RoleName=GREEDY, AssumeRolePolicyDocument=TRUST, **bound)
    intruder.put_role_policy(RoleName=GREEDY, PolicyName="all", PolicyDocument=ANYTHING)
    return Lent(account, made["Role"]["Arn"])


def test_a_role_within_it_may_do_what_functions_do(greedy: Lent) -> None:
    greedy.client("dynamodb").get_item(TableName="printlab-dev-jobs", Key={"id": {"S": "none"}})
    greedy.client("ssm").get_parameter(Name="/printlab/dev/signing-keys")


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("iam", "create_user", {"UserName": "eve"}),
        ("dynamodb", "delete_table", {"TableName": "printlab-dev-jobs"}),
        ("dynamodb", "get_item", {"TableName": "printlab-prod-jobs", "Key": {"id": {"S": "none"}}}),
        ("s3", "list_objects_v2", {"Bucket": "printlab-artifacts-000000000000-us-east-1"}),
        ("s3", "put_object", {"Bucket": "printlab-dev-site-000000000000", "Key": "index.html"}),
        ("sqs", "get_queue_url", {"QueueName": "printlab-prod-mail"}),
        ("ssm", "get_parameter", {"Name": "/printlab/prod/signing-keys"}),
        ("logs", "filter_log_events", {"logGroupName": "/aws/lambda/something-else"}),
        ("lambda", "list_functions", {}),
    ],
)
def test_a_role_within_it_may_do_nothing_else(
    greedy: Lent, service: str, operation: str, given: dict[str, Any]
) -> None:
    with _denied():
        getattr(greedy.client(service), operation)(**given)


@pytest.mark.usefixtures("greedy")
def test_no_boundary_is_removed_or_exchanged(intruder: Any) -> None:
    with _denied():
        intruder.attach_role_policy(RoleName=GREEDY, PolicyArn=ADMINISTRATOR)
    with _denied():
        intruder.delete_role_permissions_boundary(RoleName=GREEDY)
    with _denied():
        intruder.put_role_permissions_boundary(RoleName=GREEDY, PermissionsBoundary=ADMINISTRATOR)


def test_a_role_without_boundary_gets_rights_only_with_one(
    iam: Any, intruder: Any, pipeline: dict[str, str]
) -> None:
    name = "printlab-dev-older"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    with _denied():
        intruder.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=ANYTHING)
    logs = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    with _denied():
        intruder.attach_role_policy(RoleName=name, PolicyArn=logs)
    intruder.put_role_permissions_boundary(
        RoleName=name, PermissionsBoundary=pipeline["PermissionsBoundaryArn"]
    )
    intruder.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=ANYTHING)
    intruder.attach_role_policy(RoleName=name, PolicyArn=logs)


@pytest.mark.parametrize("own", ["StackRoleArn", "DeployRoleArn"])
def test_the_pipeline_does_not_change_its_own_roles(
    intruder: Any, pipeline: dict[str, str], own: str
) -> None:
    name = _name(pipeline[own])
    assert name.startswith("printlab-dev-"), "they are called like those of the stage"
    with _denied():
        intruder.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=ANYTHING)
    with _denied():
        intruder.update_assume_role_policy(RoleName=name, PolicyDocument=TRUST)
    with _denied():
        intruder.put_role_permissions_boundary(
            RoleName=name, PermissionsBoundary=pipeline["PermissionsBoundaryArn"]
        )


def test_the_pipeline_does_not_widen_the_boundary(intruder: Any, pipeline: dict[str, str]) -> None:
    with _denied():
        intruder.create_policy_version(
            PolicyArn=pipeline["PermissionsBoundaryArn"], PolicyDocument=ANYTHING, SetAsDefault=True
        )


def test_roles_are_passed_and_policies_attached_as_the_template_does(
    iam: Any, pipeline: dict[str, str]
) -> None:
    own = _name(pipeline["StackRoleArn"])
    policy = iam.get_role_policy(RoleName=own, PolicyName="make-the-stack")["PolicyDocument"]
    conditions = {
        action: statement["Condition"]
        for statement in policy["Statement"]
        for action in [statement["Action"]]
        if action in ("iam:PassRole", "iam:AttachRolePolicy")
    }
    made = [
        each["Properties"]
        for each in package.template()["Resources"].values()
        if each["Type"] == "AWS::IAM::Role"
    ]
    trusted = {each["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] for each in made}
    assert set(conditions["iam:PassRole"]["StringEquals"]["iam:PassedToService"]) == trusted
    attached = {
        arn["Fn::Sub"].replace("${AWS::Partition}", "aws")
        for each in made
        for arn in each.get("ManagedPolicyArns", [])
    }
    assert {conditions["iam:AttachRolePolicy"]["ArnEquals"]["iam:PolicyARN"]} == attached
