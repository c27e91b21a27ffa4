"""Writes what is derived from the code: lifecycle.md, access.md, api.md in docs, the front end's types.

`python -m infra.generate` writes them, `--check` only says whether they are current (exit 1 if not).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from pydantic import BaseModel, RootModel

from chalicelib import api
from chalicelib.api import ROUTES, openapi, views
from chalicelib.api.routing import Route
from chalicelib.domain import lifecycle
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.lifecycle import Action, Actor, Rule, Status

ROOT = Path(__file__).resolve().parent.parent


def outputs() -> dict[Path, str]:
    """Every derived file with the content it should have."""
    return {
        ROOT / "docs" / "lifecycle.md": lifecycle_page(),
        ROOT / "docs" / "api.md": api_page(),
        ROOT / "docs" / "access.md": access_page(),
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


# --- docs/access.md ---------------------------------------------------------------


def access_page() -> str:
    """Every route with the actors that may call it, as the code that serves it checks them."""
    actors = [Actor.STUDENT, Actor.STAFF, Actor.ADMIN, Actor.AGENT]
    rows = "\n".join(
        f"| {route.method} | `{route.path.removeprefix('/api/v1')}` | "
        + " | ".join("yes" if _may_call(actor, route) else "" for actor in actors)
        + " |"
        for route in ROUTES
    )
    return f"""# Who may call what

Generated from the routes (`chalicelib/api`) by `make generate`; edit those, not this page.
What each does: [api.md](api.md). Why it is safe: [security.md](security.md).

“anybody” is a request without a session: such routes answer what is public, or need a link that is
signed. The others need the session of a workstation of that role; an administrator's may do what staff
may. Changes by people need the name of an active staff member besides.

| | route | anybody | staff | admin | agent |
|---|---|---|---|---|---|
{rows}
"""


def _may_call(actor: Actor, route: Route) -> bool:
    return route.public or actor in route.allow or (actor is Actor.ADMIN and Actor.STAFF in route.allow)


# --- docs/api.md ------------------------------------------------------------------


def api_page() -> str:
    """The API reference for readers: every route with who may call it, what it reads and answers."""
    parts = [_route_section(route) for route in ROUTES]
    return f"""# API reference

Generated from the routes and their models by `make generate`; edit those, not this page.

Prefix `/api/v1`, JSON, times in UTC (ISO 8601), sizes in bytes, money in cents. Errors are always
`{{"error": code, "message": text for people, "details": {{…}}}}`; a 400 names each field in `details.fields`.
Staff send `Authorization: Bearer <token>`. Every change accepts an `Idempotency-Key` header: a repeat with
the same key answers what the first call answered. URLs of files may be relative to the API's own origin.
The models are listed in [contract.d.ts](../frontend_static/js/contract.d.ts).

{"".join(parts)}"""


def _route_section(route: Route) -> str:
    reads = route.reads[1].__name__ if route.reads else "–"
    if route.form:
        reads = f"multipart form: {route.form.__name__} and `file`"
    text = " ".join(line.strip() for line in (route.handler.__doc__ or "").strip().splitlines())
    refusals = ", ".join(str(status) for status in openapi.statuses_of(route))
    return f"""## {route.method} {route.path.removeprefix("/api/v1")}

{text}

| who | reads | answers | refuses with |
|---|---|---|---|
| {openapi.who_may_call(route)} | {reads} | {route.status} {openapi.answer_of(route).__name__} | {refusals} |

"""


# --- frontend_static/js/contract.d.ts -----------------------------------------------

# What the pages call things, where the server's own name says "view of".
_TYPE_NAMES = {
    "Action": "ActionName",
    "CandidateList": "CandidateFiles",
    "CandidateView": "CandidateFile",
    "CatalogView": "Catalog",
    "ConfirmationState": "Confirmation",
    "CostView": "CostPreview",
    "CountsView": "JobCounts",
    "Deleted": "DeletedJob",
    "DifferenceView": "Difference",
    "EventView": "Event",
    "FileLink": "SignedFile",
    "JobsPage": "JobPage",
    "LockView": "Lock",
    "MaterialView": "Material",
    "Message": "ResendAnswer",
    "MethodView": "Method",
    "NoteView": "Note",
    "Payment": "PaymentForm",
    "PaymentView": "Payment",
    "PrinterView": "Printer",
    "SessionView": "Session",
    "SlicingView": "Slicing",
    "StaffView": "Staff",
    "SubmissionForm": "SubmissionFields",
    "ThumbnailView": "Thumbnail",
    "TrackStep": "TimelineStep",
    "UploadView": "UploadTicket",
    "WorkstationView": "Workstation",
}
_ERRORS = """/** The body of every answer that is not a success. */
export interface ErrorBody {
  error: string;
  message: string;
  details: ErrorDetails;
}

/** The facts of a refusal, as far as the pages use them. */
export interface ErrorDetails {
  fields?: Record<string, string>;
  reason?: string;
  job_id?: string;
  existing_job_id?: string;
  existing_short_id?: string;
  retry_after?: number;
  status?: Status;
  locked_by?: string;
  locked_until?: string;
  workstation?: string;
  workstation_name?: string;
}
"""


def contract_types() -> str:
    """Every request and answer of the API as a TypeScript interface."""
    found = {
        name: model
        for module in _modules()
        for name, model in vars(module).items()
        if _is_model_of(model, module)
    }
    parts = [_interface(name, model) for name, model in sorted(found.items()) if model.model_fields]
    statuses = " | ".join(f'"{s.value}"' for s in Status)
    kinds = " | ".join(f'"{kind.value}"' for kind in FindingKind)
    actions = " | ".join(f'"{a.value}"' for a in Action)
    head = "// Generated from the API's own models by `make generate`; do not edit.\n\n"
    names = f"export type Status = {statuses};\n\nexport type ActionName = {actions};\n\n"
    names += f"export type FindingKind = {kinds};\n\n"
    return head + names + _ERRORS + "\n" + "\n".join(parts)


def _is_model_of(value: Any, module: ModuleType) -> bool:
    if not isinstance(value, type) or value.__module__ != module.__name__:
        return False
    return issubclass(value, BaseModel) and not issubclass(value, RootModel)


def _modules() -> list[ModuleType]:
    """The modules of what is sent and what is answered."""
    sent = (f"chalicelib.api.{name}" for _, name, _ in iter_modules(api.__path__) if name.endswith("schemas"))
    answered = (f"chalicelib.api.views.{name}" for _, name, _ in iter_modules(views.__path__))
    return [import_module(name) for name in (*answered, *sent)]


def _interface(name: str, model: type[BaseModel]) -> str:
    request = model.__module__.endswith("schemas")
    schema = model.model_json_schema(mode="validation" if request else "serialization")
    required = set(schema.get("required", [])) if request else set(schema.get("properties", {}))
    summary = (model.__doc__ or name).strip().splitlines()[0]
    lines = [f"/** {summary} */", f"export interface {_TYPE_NAMES.get(name, name)} {{"]
    for field, type_schema in schema.get("properties", {}).items():
        mark = "" if field in required else "?"
        lines.append(f"  {field}{mark}: {_type(type_schema)};")
    return "\n".join([*lines, "}", ""])


_SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _TYPE_NAMES.get(name, name)
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if "anyOf" in schema:
        # Decimals are also read from strings, to be exact; the pages send numbers.
        options = [_type(option) for option in schema["anyOf"]]
        exact = {"number", "string"} <= set(options)
        return " | ".join(dict.fromkeys(o for o in options if not (exact and o == "string")))
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        return _map(schema)
    return _SIMPLE.get(schema.get("type", ""), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(item) for item in schema['prefixItems'])}]"
    inner = _type(schema["items"])
    return f"({inner})[]" if "|" in inner else f"{inner}[]"


def _map(schema: dict[str, Any]) -> str:
    values = schema.get("additionalProperties")
    inner = _type(values) if isinstance(values, dict) else "unknown"
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
