"""The secrets of a stage in SSM: made here when they are missing, never shown, never in the template."""

from __future__ import annotations

import secrets
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
    keys = _all(ssm, stage, name)
    if not keys:
        raise NotReady(f"The parameter {parameter(stage, name)} holds no key.")
    return keys[-1]


def rotate(ssm: Any, stage: Stage, name: str) -> None:
    """Add a new key that is used from now on.

    Of the signing keys the one before stays valid. Origin keys all do until `retire`: CloudFront goes on
    showing the one that it was told, however often this is repeated before the next deployment.
    """
    kept = [*_all(ssm, stage, name), secrets.token_urlsafe(48)]
    _put(ssm, stage, name, kept if name == "origin-keys" else kept[-2:])


def retire(ssm: Any, stage: Stage, name: str, used: str) -> None:
    """Let go of the keys that are older than the one before `used`, which is in use everywhere now."""
    keys = _all(ssm, stage, name)
    if used in keys and (kept := keys[max(0, keys.index(used) - 1) :]) != keys:
        _put(ssm, stage, name, kept)


def _all(ssm: Any, stage: Stage, name: str) -> list[str]:
    found = ssm.get_parameter(Name=parameter(stage, name), WithDecryption=True)["Parameter"]["Value"]
    return [key for part in found.split(",") if (key := part.strip())]


def _put(ssm: Any, stage: Stage, name: str, keys: list[str]) -> None:
    ssm.put_parameter(Name=parameter(stage, name), Value=",".join(keys), Type="SecureString", Overwrite=True)


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
