"""The names of the tables and buckets that outlive a release, written out.

The way back may leave a table behind, because what is in it is kept. Forward again, CloudFormation takes it
into the stack only where the template says its name itself, not how to put it together.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

_NAMES = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}


def named(whole: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The same template with these names; `given`: what parameters are in the stage, by their names."""
    written = copy.deepcopy(whole)
    for resource in written["Resources"].values():
        name = _NAMES.get(resource["Type"])
        if name and resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["Properties"][name] = _written_out(resource["Properties"][name], given)
    return written


def _written_out(name: dict[str, str], given: Mapping[str, str]) -> str:
    text = name["Fn::Sub"] if "Fn::Sub" in name else f"${{{name['Ref']}}}"
    return re.sub(r"\$\{([^}]+)\}", lambda found: given[found[1]], text)
