"""Reading infra/template.yaml: the resources with every parameter and reference filled in.

Only what that file uses of CloudFormation's functions is known: Ref, Sub and GetAtt of an ARN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[1] / "template.yaml"


@dataclass(frozen=True)
class Resource:
    """One resource of the template; `properties` without any function left in it."""

    logical_id: str
    type: str
    properties: dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, kept as {"Fn::Sub": …} like in its long form."""


def _short_function(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)  # the only form that JSON knows
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_function)


def document(path: Path = PATH) -> dict[str, Any]:
    """The template at `path` with CloudFormation's functions in their long form."""
    loaded: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506  a SafeLoader
    return loaded


def resources(parameters: Mapping[str, str], path: Path = PATH) -> list[Resource]:
    """All resources of the template at `path`, a resource after those it refers to."""
    whole = document(path)
    known = {name: spec.get("Default") for name, spec in whole["Parameters"].items()} | dict(parameters)
    unset = [name for name, value in known.items() if value is None]
    if unset:
        raise ValueError(f"template parameters without a value: {', '.join(unset)}")
    declared = whole["Resources"]
    return [
        Resource(name, declared[name]["Type"], _fill(declared[name]["Properties"], _lookup(known, declared)))
        for name in _by_reference(declared)
    ]


def _by_reference(declared: Mapping[str, Any]) -> list[str]:
    """Logical ids, each after the ids that its definition names."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        mentioned = set(re.findall(r"\w+", repr(declared[name]["Properties"]))) - {name}
        for other in sorted(mentioned & set(declared)):
            visit(other)
        if name not in ordered:
            ordered.append(name)

    for name in declared:
        visit(name)
    return ordered


def _lookup(known: Mapping[str, Any], declared: Mapping[str, Any]) -> Callable[[str], str]:
    """A function from "Stage", "FilesBucket" or "MailQueue.Arn" to its value."""

    def value(reference: str) -> str:
        name, _, attribute = reference.partition(".")
        if name in known:
            return str(known[name])
        resource = declared[name]
        physical = _fill(resource["Properties"][_NAME_PROPERTY[resource["Type"]]], value)
        return _ARN[resource["Type"]].format(physical) if attribute == "Arn" else str(physical)

    return value


def _fill(node: Any, value: Callable[[str], str]) -> Any:
    if isinstance(node, dict):
        if list(node) == ["Ref"]:
            return value(node["Ref"])
        if list(node) == ["Fn::GetAtt"]:
            return value(".".join(node["Fn::GetAtt"]))
        if list(node) == ["Fn::Sub"]:
            return re.sub(r"\$\{([\w.]+)\}", lambda match: value(match[1]), node["Fn::Sub"])
        return {key: _fill(item, value) for key, item in node.items()}
    if isinstance(node, list):
        return [_fill(item, value) for item in node]
    return node


_NAME_PROPERTY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
}
# Every emulator puts what it makes into this account.
_ARN = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:000000000000:table/{}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:000000000000:{}",
}
