"""The secrets of a stage in SSM: made here when they are missing, never shown, never in the template."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from infra.deploy.stages import NotReady, Stage

# Comma-separated lists, oldest first: the last one signs, or is shown by CloudFront; all are believed.
GENERATED = ("signing-keys", "origin-keys")
SMTP_PASSWORD = "smtp-password"  # noqa: S105  the name of a parameter


def parameter(stage: Stage, name: str) -> str:
    """The name in SSM."""
    return f"/printlab/{stage.name}/{name}"


def ensure(ssm: Any, stage: Stage) -> list[str]:
    """Make what is missing; answers its names. Of two that do so at the same time, the first one's count."""
    made = []
    for name in GENERATED:
        try:
            ssm.put_parameter(
                Name=parameter(stage, name),
                Value=secrets.token_urlsafe(48),
                Type="SecureString",
                Description="docs/deploy.md tells how to rotate it",
                Overwrite=False,
            )
        except ssm.exceptions.ParameterAlreadyExists:
            continue
        made.append(name)
    if stage.mail_transport == "smtp" and stage.smtp_user:
        _require(ssm, parameter(stage, SMTP_PASSWORD))
    return made


def newest(ssm: Any, stage: Stage, name: str) -> str:
    """The key that is in use now."""
    keys = _read(ssm, stage, name).keys
    if not keys:
        raise NotReady(f"The parameter {parameter(stage, name)} holds no key.")
    return keys[-1]


def rotate(ssm: Any, stage: Stage, name: str) -> None:
    """Add a new key that is used from now on.

    Of the signing keys the one before stays valid. Origin keys all do until `retire`: CloudFront goes on
    showing the one that it was told, however often this is repeated before the next deployment.
    """
    found = _read(ssm, stage, name)
    kept = [*found.keys, secrets.token_urlsafe(48)]
    _replace(ssm, stage, name, found, kept if name == "origin-keys" else kept[-2:])


def retire(ssm: Any, stage: Stage, name: str, used: str) -> None:
    """Let go of the keys that are older than the one before `used`, which is in use everywhere now."""
    found = _read(ssm, stage, name)
    keys = found.keys
    if used in keys and (kept := keys[max(0, keys.index(used) - 1) :]) != keys:
        _replace(ssm, stage, name, found, kept)


@dataclass(frozen=True)
class _List:
    """The keys of a secret as they once were; SSM numbers what is written."""

    version: int
    keys: list[str]


def _read(ssm: Any, stage: Stage, name: str, version: int | None = None) -> _List:
    """The list as it is now, or as `version` of it was."""
    selected = parameter(stage, name) + (f":{version}" if version else "")
    found = ssm.get_parameter(Name=selected, WithDecryption=True)["Parameter"]
    return _List(found["Version"], [key for part in found["Value"].split(",") if (key := part.strip())])


def _replace(ssm: Any, stage: Stage, name: str, found: _List, keys: list[str]) -> None:
    """Write `keys` in place of what was found.

    SSM writes under no condition. But the number of what is written tells whether somebody wrote since the
    list was read: whatever they added is added again, at the end, until nobody came in between. What they let
    go of may come back; an old key too many does no harm, and the next deployment lets go of it.
    """
    known, version = set(found.keys), found.version
    while True:
        written = _put(ssm, stage, name, keys)
        between = [_read(ssm, stage, name, number) for number in range(version + 1, written)]
        added = [key for other in between for key in other.keys if key not in known.union(keys)]
        if not added:
            return
        keys, version = [*keys, *dict.fromkeys(added)], written


def _put(ssm: Any, stage: Stage, name: str, keys: list[str]) -> int:
    """Write the list; the number that it got."""
    version: int = ssm.put_parameter(
        Name=parameter(stage, name), Value=",".join(keys), Type="SecureString", Overwrite=True
    )["Version"]
    return version


def _require(ssm: Any, name: str) -> None:
    try:
        ssm.get_parameter(Name=name)
    except ssm.exceptions.ParameterNotFound:
        # Typed where nobody looks: neither the shell's history nor a list of processes shows it.
        raise NotReady(
            f"The password of the mail server is missing. Keep it as the SecureString {name} in SSM:\n"
            '  read -rs PASSWORD && printf %s "$PASSWORD" |\n'
            f"    aws ssm put-parameter --region {ssm.meta.region_name} --type SecureString --name {name}"
            " --value file:///dev/stdin"
        ) from None
