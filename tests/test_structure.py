"""What the import rules cannot say: descriptions of one thing in two places agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from chalice.deploy.swagger import CFNSwaggerGenerator

from chalicelib.api import ROUTES
from chalicelib.aws import tables
from chalicelib.aws.table import Table
from chalicelib.domain import filenames, rejection
from chalicelib.domain.lifecycle import Status
from infra import generate
from infra.local import template
from infra.local.functions import Functions
from infra.local.provision import parameters

RESOURCES = template.resources(parameters("local", "printlab-local-files", "http://localhost"))
MODELS = [model for model in vars(tables).values() if isinstance(model, type) and issubclass(model, Table)]
ROOT = Path(__file__).parents[1]


def _described(kind: str, name: str) -> dict[str, dict[str, Any]]:
    """Properties of the resources of a kind, by their name on AWS."""
    return {r.properties[name]: r.properties for r in RESOURCES if r.type == kind}


TABLES = _described("AWS::DynamoDB::Table", "TableName")


def test_the_template_describes_every_table_and_no_other() -> None:
    names = {model.Meta.table_name for model in MODELS if model is not Table}
    assert names == set(TABLES)


@pytest.mark.parametrize("model", [m for m in MODELS if m is not Table], ids=lambda model: model.__name__)
def test_a_model_has_the_keys_and_indexes_of_its_table(model: type[Table]) -> None:
    described: dict[str, Any] = TABLES[model.Meta.table_name]
    schema = model._get_schema()  # the only description of a model that PynamoDB gives
    assert _keys(schema["key_schema"]) == _keys(described["KeySchema"])
    mine = {index["index_name"]: index for index in schema["global_secondary_indexes"]}
    theirs = {index["IndexName"]: index for index in described.get("GlobalSecondaryIndexes", [])}
    assert set(mine) == set(theirs)
    for name, index in mine.items():
        assert _keys(index["key_schema"]) == _keys(theirs[name]["KeySchema"])
        assert index["projection"]["ProjectionType"] == theirs[name]["Projection"]["ProjectionType"]


def _keys(schema: Any) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def test_a_card_shows_what_the_index_projects() -> None:
    indexes: Any = TABLES[tables.Job.Meta.table_name]["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in indexes] == ["by-status"]
    assert tuple(indexes[0]["Projection"]["NonKeyAttributes"]) == tables.CARD_ATTRIBUTES
    assert set(tables.CARD_ATTRIBUTES) <= set(tables.Job.get_attributes())


def test_every_queue_of_a_function_is_in_the_template(functions: Functions) -> None:
    queues = _described("AWS::SQS::Queue", "QueueName")
    for trigger in functions.triggers():
        assert trigger.queue in queues
        assert "RedrivePolicy" in queues[trigger.queue]


def test_every_function_has_its_limits(functions: Functions) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    limits = config["stages"]["prod"]["lambda_functions"]
    names = {trigger.function for trigger in functions.triggers()}
    names |= {schedule.function for schedule in functions.schedules()}
    assert set(limits) <= names | {"api_handler"}


def test_the_alarm_of_the_api_watches_what_chalice_deploys(functions: Functions) -> None:
    """CloudWatch knows an API by the title that Chalice gives it, and a stage by the name in its config."""
    alarms = _described("AWS::CloudWatch::Alarm", "AlarmName")
    watched = {d["Name"]: d["Value"] for d in alarms["printlab-local-api-errors"]["Dimensions"]}
    deployed: Any = CFNSwaggerGenerator().generate_swagger(functions.app)
    assert watched["ApiName"] == deployed["info"]["title"]
    assert watched["Stage"] == "local", "the stage that the template is deployed for"
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    assert {name: stage["api_gateway_stage"] for name, stage in config["stages"].items()} == {"prod": "prod"}


def test_derived_files_are_current() -> None:
    stale = [path.name for path, text in generate.outputs().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make generate`"


def test_no_two_routes_share_a_name() -> None:
    names = [route.name for route in ROUTES]
    assert len(set(names)) == len(names)


def test_folders_do_not_meet_what_else_is_in_the_bucket() -> None:
    folders = [status.folder for status in Status] + [
        filenames.INCOMING,
        filenames.THUMBNAILS,
        filenames.TRAIL,
        filenames.EXPORTS,
        filenames.ORPHANED,
    ]
    assert len({folder.casefold() for folder in folders}) == len(folders)


def test_the_dashboard_offers_the_reasons_that_the_statistics_know() -> None:
    offered = (ROOT / "frontend_static/js/views/modals/reject.js").read_text()
    listed = re.findall(r"^  '(.*)',$", offered[: offered.index("];")], re.MULTILINE)
    assert [text.replace("\\'", "'") for text in listed] == list(rejection.USUAL_REASONS.values())
