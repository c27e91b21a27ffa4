"""Writes the files that are derived from the code: docs/lifecycle.md and the front end's contract types.

`python -m infra.generate` writes them, `--check` only says whether they are current (exit 1 if not).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from chalicelib.api import schemas
from chalicelib.api.views import access, common, jobs, public, students
from chalicelib.domain import lifecycle
from chalicelib.domain.lifecycle import Action, Rule, Status

ROOT = Path(__file__).resolve().parent.parent


def outputs() -> dict[Path, str]:
    """Every derived file with the content it should have."""
    return {
        ROOT / "docs" / "lifecycle.md": lifecycle_page(),
        ROOT / "frontend_static" / "js" / "contract.d.ts": contract_types(),
    }


# --- docs/lifecycle.md ------------------------------------------------------------


def lifecycle_page() -> str:
    """The lifecycle table for readers."""
    statuses = "\n".join(f"| `{s.value}` | `{s.folder}/` | {s.label} |" for s in Status)
    rules = "\n".join(_row(rule) for rule in lifecycle.RULES.values())
    return f"""# The life of a print job

Generated from `chalicelib/domain/lifecycle.py` by `make generate`; edit that table, not this page.

## Statuses

| status (API, code, table) | folder (object prefix, lab share) | label (screens) |
|---|---|---|
{statuses}

## Actions

Any other combination is refused with 409 and the current status, and changes nothing.
“lock” in the last column: the caller must hold the job's lock.

| action | from | to | who | must give | events | mail | |
|---|---|---|---|---|---|---|---|
{rules}
"""


def _row(rule: Rule) -> str:
    everywhere = rule.sources == frozenset(Status)
    sources = "any" if everywhere else ", ".join(s.value for s in Status if s in rule.sources)
    cells = [
        rule.action.value,
        sources or "–",
        _target(rule),
        ", ".join(sorted(actor.value for actor in rule.actors)),
        ", ".join(rule.gives) or "–",
        ", ".join(event.value for event in rule.events),
        rule.mail.value if rule.mail else "–",
        "lock" if rule.needs_lock else "",
    ]
    return "| " + " | ".join(cells) + " |"


def _target(rule: Rule) -> str:
    if rule.removes:
        return "gone"
    if rule.action is Action.CHANGE_STATUS:
        return "any but ARCHIVED"
    return rule.target.value if rule.target else "(stays)"


# --- frontend_static/js/contract.d.ts -----------------------------------------------


def contract_types() -> str:
    """Every request and answer of the API as a TypeScript interface."""
    modules = (common, access, public, students, jobs, schemas)
    models = {
        name: model
        for module in modules
        for name, model in vars(module).items()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
    }
    parts = [_interface(name, model) for name, model in sorted(models.items())]
    statuses = " | ".join(f'"{s.value}"' for s in Status)
    actions = " | ".join(f'"{a.value}"' for a in Action)
    return (
        "// Generated from the API's own models by `make generate`; do not edit.\n\n"
        f"export type Status = {statuses};\n\nexport type Action = {actions};\n\n" + "\n".join(parts)
    )


def _interface(name: str, model: type[BaseModel]) -> str:
    request = model.__module__ == schemas.__name__
    schema = model.model_json_schema(mode="validation" if request else "serialization")
    required = set(schema.get("required", [])) if request else set(schema.get("properties", {}))
    lines = [f"/** {(model.__doc__ or name).splitlines()[0]} */", f"export interface {name} {{"]
    for field, type_schema in schema.get("properties", {}).items():
        mark = "" if field in required else "?"
        lines.append(f"  {field}{mark}: {_type(type_schema)};")
    return "\n".join([*lines, "}", ""])


_SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(option) for option in schema["anyOf"]))
    if schema.get("type") == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if schema.get("type") == "object":
        return _map(schema)
    return _SIMPLE.get(schema.get("type", ""), "unknown")


def _map(schema: dict[str, Any]) -> str:
    values = schema.get("additionalProperties")
    inner = _type(values) if isinstance(values, dict) else "any"
    keys = _type(schema["propertyNames"]) if "propertyNames" in schema else "string"
    return f"Record<{keys}, {inner}>"


def main(arguments: list[str]) -> int:
    """Write or check."""
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run `make generate`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outputs()[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
