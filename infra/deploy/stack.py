"""The whole stack as one template: the packaged functions, infra/template.yaml, infra/aws.yaml, and what
follows from the code.
"""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

from chalice.package import TemplateDeepMerger

from infra.deploy import dashboard, edge, permissions
from infra.local import template

_AWS = Path(__file__).parents[1] / "aws.yaml"
_API = "APIHandler"
_LOG_DAYS = 90

# At most so many messages of a queue are worked on at once: what sends or computes is not flooded. Not by
# reserved concurrency, which a new account has none of to give away.
_AT_ONCE = {"send_mail": 2, "analyse_model": 4, "audit_slice": 2}

# A backup lays the rows, and each file on its way, on the function's disk; Lambda gives 512 MB unasked.
_SCRATCH_MB = {"back_up": 4096}

# Of every role, also of one that is still to come: the pipeline may make no other.
_BOUNDARY = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}


def merged(packaged: dict[str, Any], architecture: str) -> dict[str, Any]:
    """The template to deploy; `packaged` is what `chalice package` wrote."""
    functions = _functions(packaged)
    parts = [
        template.document(),
        template.document(_AWS),
        {"Resources": edge.resources()},
        {"Resources": dashboard.resources(list(functions.values()))},
        *({"Resources": _around(logical, name, architecture)} for logical, name in functions.items()),
    ]
    whole: dict[str, Any] = reduce(lambda done, part: TemplateDeepMerger().merge(part, done), parts, packaged)
    for name, limit in _AT_ONCE.items():
        _trigger(whole, name)["ScalingConfig"] = {"MaximumConcurrency": limit}
    for name, size in _SCRATCH_MB.items():
        whole["Resources"][_logical(whole, name)]["Properties"]["EphemeralStorage"] = {"Size": size}
    for resource in whole["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            resource["Properties"]["PermissionsBoundary"] = _BOUNDARY
    return whole


def with_code(whole: dict[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """The same template with the functions' code where it was uploaded."""
    code = {"Properties": {"CodeUri": {"Bucket": bucket, "Key": key}}}
    pointed: dict[str, Any] = TemplateDeepMerger().merge(
        {"Resources": dict.fromkeys(_functions(whole), code)}, whole
    )
    return pointed


def _functions(packaged: dict[str, Any]) -> dict[str, str]:
    """The names that the functions have in app.py, by logical id; the API's is api_handler."""
    found = {
        logical: resource["Properties"]["Handler"].removeprefix("app.")
        for logical, resource in packaged["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return {logical: "api_handler" if logical == _API else name for logical, name in found.items()}


def _logical(whole: dict[str, Any], name: str) -> str:
    """The logical id of the function `name` of app.py."""
    return next(logical for logical, function in _functions(whole).items() if function == name)


def _around(logical: str, name: str, architecture: str) -> dict[str, Any]:
    """What Chalice leaves open of a function: its name, its role, its log."""
    full_name = {"Fn::Sub": f"printlab-${{Stage}}-{name}"}
    role, logs = f"{logical}Role", f"{logical}Logs"
    return {
        logical: {
            "Properties": {
                "FunctionName": full_name,
                "Role": {"Fn::GetAtt": [role, "Arn"]},
                "Architectures": [architecture],
                "LoggingConfig": {"LogGroup": {"Ref": logs}},
            }
        },
        logs: {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/printlab-${{Stage}}-{name}"},
                "RetentionInDays": _LOG_DAYS,
            },
        },
        role: permissions.role(name, logs),
    }


def _trigger(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """The properties of the queue trigger of the function `name`."""
    (event,) = whole["Resources"][_logical(whole, name)]["Properties"]["Events"].values()
    properties: dict[str, Any] = event["Properties"]
    return properties
