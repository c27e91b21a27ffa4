"""Reading the template: references are filled in, and what is referred to comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local import template

VALUES = {"Stage": "x", "FilesBucketName": "x-files", "SiteOrigin": "http://localhost"}


def test_no_function_is_left_in_the_real_template() -> None:
    found = template.resources(VALUES)
    assert len(found) >= 17
    assert "Fn::" not in repr(found)
    assert "${" not in repr(found)


def test_parameters_and_references_are_filled_in() -> None:
    by_id = {resource.logical_id: resource.properties for resource in template.resources(VALUES)}
    assert by_id["JobsTable"]["TableName"] == "printlab-x-jobs"
    assert by_id["FilesBucket"]["BucketName"] == "x-files"
    assert by_id["FilesBucket"]["CorsConfiguration"]["CorsRules"][0]["AllowedOrigins"] == ["http://localhost"]
    statement = by_id["FilesBucketPolicy"]["PolicyDocument"]["Statement"][0]
    assert statement["Resource"] == ["arn:aws:s3:::x-files", "arn:aws:s3:::x-files/*"]
    dead_letters = by_id["MailQueue"]["RedrivePolicy"]["deadLetterTargetArn"]
    assert dead_letters == "arn:aws:sqs:us-east-1:000000000000:printlab-x-mail-dead"


def test_a_resource_comes_after_those_it_refers_to() -> None:
    order = [resource.logical_id for resource in template.resources(VALUES)]
    assert order.index("MailDeadLetters") < order.index("MailQueue")
    assert order.index("FilesBucket") < order.index("FilesBucketPolicy")


def test_a_parameter_without_a_value_is_named(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        "Parameters: {Stage: {Type: String, Default: prod}, Other: {Type: String}}\nResources: {}"
    )
    with pytest.raises(ValueError, match="Other"):
        template.resources({}, file)
    assert template.resources({"Other": "given"}, file) == []
