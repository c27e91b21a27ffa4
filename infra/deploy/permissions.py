"""What each function may do: the role that it runs in says this and nothing else.

The whole test suite runs under these rules (tests/guarded.py): what a function does but may not, fails there.
Where a pipeline deploys, infra/github-oidc.yaml bounds all of it: a right that is new here may be missing
there, and then tests/deploy/test_pipeline.py fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws import queues
from chalicelib.domain.lifecycle import Status
from chalicelib.services import consistent_copy

# What a word of the tables below allows, and on what of a table.
_ROWS = {
    "get": ("GetItem", "BatchGetItem"),
    "query": ("Query",),
    "scan": ("Scan",),
    "put": ("PutItem",),
    "update": ("UpdateItem",),
    "delete": ("DeleteItem",),
    "check": ("ConditionCheckItem",),
    "batch-write": ("BatchWriteItem",),
}
_THROUGH_INDEXES = {"query", "scan"}
# Versions are what is deleted: nothing may delete by key alone.
_OBJECTS = {
    "read": ("GetObject", "GetObjectVersion"),
    "write": ("PutObject",),
    "delete": ("DeleteObjectVersion",),
}
# Backups are replaced and let go by name, in a bucket of their own that keeps old versions for a while.
_BACKUPS = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
_BACKED_UP = [name.capitalize() for name in consistent_copy.TABLES]
# As the template calls them: MailQueue, MailDeadLetters.
_QUEUES = [name.capitalize() for name in queues.NAMES]
_MESSAGES = {
    "send": ("GetQueueUrl", "SendMessage"),
    "count": ("GetQueueUrl", "GetQueueAttributes"),
    "consume": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "replay": ("GetQueueUrl", "ReceiveMessage", "DeleteMessage"),
}


@dataclass(frozen=True)
class Rights:
    """Words by what they are about: the logical name of a table or queue, a folder of the files bucket."""

    tables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    lists_files: bool = False
    keeps_backups: bool = False
    sends_mail: bool = False
    asks_for_mail: bool = False

    def __or__(self, other: Rights) -> Rights:
        """All that either allows."""
        return Rights(
            _union(self.tables, other.tables),
            _union(self.files, other.files),
            _union(self.queues, other.queues),
            tuple(sorted({*self.secrets, *other.secrets})),
            self.lists_files or other.lists_files,
            self.keeps_backups or other.keeps_backups,
            self.sends_mail or other.sends_mail,
            self.asks_for_mail or other.asks_for_mail,
        )


def _union(some: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    names = sorted({*some, *more})
    return {
        name: " ".join(sorted({*some.get(name, "").split(), *more.get(name, "").split()})) for name in names
    }


def _rights_of_folders(words: str, *more: str) -> dict[str, str]:
    return dict.fromkeys([*(status.folder for status in Status), *more], words)


# Every function behind a queue or a schedule rests while a backup is restored (services/functions).
_RESTS = Rights(tables={"Config": "get"})
# Every scheduled function notes that it ran.
_RUNS = _RESTS | Rights(tables={"Watch": "update"})
# Events with the end of their chain and the figures of the day (services/events).
_TELLS = Rights(tables={"Chains": "get update", "Days": "update", "Events": "get put"})
# One change of a job (services/changes.py), without the files that move.
_CHANGES = _TELLS | Rights(
    tables={
        "Cleanups": "delete get put update",
        "Counters": "update",
        "Guards": "delete get put",
        "Jobs": "get update",
        "Outbox": "put",
    },
    files=_rights_of_folders("delete read write"),
    queues={"MailQueue": "send", "ModelsQueue": "send"},
    lists_files=True,
)
# What a queue function does with the message that it was given.
_DELIVERS = _RESTS | Rights(tables={"Outbox": "get update"})
# What there is to watch (services/watching.py).
_WATCHES = Rights(
    tables={
        "Cleanups": "scan",
        "Config": "get",
        "Counters": "get",
        "Jobs": "query",
        "Outbox": "query",
        "Uploads": "scan",
        "Watch": "put query update",
        "Workstations": "get scan",
    },
    queues=dict.fromkeys([f"{name}{kind}" for name in _QUEUES for kind in ("Queue", "DeadLetters")], "count"),
    secrets=("smtp-password",),
    lists_files=True,
    asks_for_mail=True,
)

FUNCTIONS: Mapping[str, Rights] = {
    "api_handler": _CHANGES
    | _WATCHES
    | Rights(
        tables={
            "Audits": "get put query",
            "Candidates": "get put update",
            "Config": "get put",
            "Days": "get",
            "Events": "query",
            "Findings": "get query update",
            "Jobs": "check delete put query scan",
            "Outbox": "get update",
            "Payments": "get put query update",
            "Staff": "check get put scan update",
            "Transient": "delete get put update",
            "Uploads": "get put update",
            "Watch": "get",
            "Workstations": "check get put scan update",
        },
        files={
            "Orphaned": "read write",
            "_incoming": "delete read write",
            "_thumbnails": "delete read",
            "_trail": "read",
            "exports": "read write",
        },
        queues=dict.fromkeys([f"{name}Queue" for name in _QUEUES], "send")
        | dict.fromkeys([f"{name}DeadLetters" for name in _QUEUES], "replay"),
        secrets=("signing-keys", "origin-keys"),
        sends_mail=True,
    ),
    "send_mail": _DELIVERS
    | _TELLS
    | Rights(
        tables={"Jobs": "get"},
        queues={"MailQueue": "consume"},
        secrets=("signing-keys", "smtp-password"),
        sends_mail=True,
    ),
    "analyse_model": _DELIVERS
    | Rights(
        tables={
            "Cleanups": "delete get put update",
            "Counters": "update",
            "Jobs": "get update",
        },
        files=_rights_of_folders("delete read write", "_thumbnails"),
        queues={"ModelsQueue": "consume"},
        lists_files=True,
    ),
    "sweep": _RUNS
    | Rights(
        tables={"Cleanups": "delete get scan update", "Jobs": "get", "Outbox": "query"},
        files=_rights_of_folders("delete read write", "_incoming", "_thumbnails"),
        queues=dict.fromkeys([f"{name}Queue" for name in _QUEUES], "send"),
        lists_files=True,
    ),
    "expire_confirmations": _RUNS | _CHANGES | Rights(tables={"Jobs": "query"}),
    "drop_abandoned_uploads": _RUNS
    | Rights(
        tables={"Candidates": "delete scan", "Uploads": "delete scan"},
        files={"_incoming": "delete"},
        lists_files=True,
    ),
    "sample_health": _RUNS | _WATCHES,
    "keep_trail": _RUNS
    | Rights(
        tables={"Chains": "update", "Events": "batch-write query scan"},
        files={"_trail": "read write"},
        lists_files=True,
    ),
    "check_figures": _RUNS
    | Rights(
        tables={"Days": "get", "Events": "query"},
        files={"_trail": "read"},
        lists_files=True,
    ),
    "archive_old_jobs": _RUNS | _CHANGES | Rights(tables={"Jobs": "query"}),
    "audit_slice": _DELIVERS
    | Rights(
        tables={
            "Audits": "get update",
            "Cleanups": "scan",
            "Counters": "get",
            "Findings": "batch-write query",
            "Guards": "get",
            "Jobs": "get query scan",
            "Outbox": "put",
        },
        files=_rights_of_folders("read", "_thumbnails"),
        queues={"AuditsQueue": "consume send"},
        lists_files=True,
    ),
    "back_up": _RUNS
    | Rights(
        tables=dict.fromkeys(_BACKED_UP, "get query scan") | {"Cleanups": "scan", "Watch": "query"},
        files=_rights_of_folders("read", "Orphaned", "_thumbnails", "_trail"),
        lists_files=True,
        keeps_backups=True,
    ),
    "start_audit": _RUNS
    | _TELLS
    | Rights(
        tables={"Audits": "get put", "Outbox": "put"},
        queues={"AuditsQueue": "send"},
    ),
}


def role(function: str, logs: str) -> dict[str, Any]:
    """The role of a function that logs to the group of the logical id `logs`."""
    if function not in FUNCTIONS:
        raise KeyError(f"{function} of app.py has no rights yet: say in {__name__} what it may do")
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "what-it-does",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [_logging(logs), *statements(FUNCTIONS[function])],
                    },
                }
            ],
        },
    }


def statements(rights: Rights) -> Iterator[dict[str, Any]]:
    """The rights in IAM's words."""
    for name, words in rights.tables.items():
        yield from _on_rows(f"{name}Table", words.split())
    for folder, words in rights.files.items():
        verbs = _verbs("s3", _OBJECTS, words.split())
        yield _allow(verbs, {"Fn::Sub": f"${{FilesBucket.Arn}}/{folder}/*"})
    if rights.lists_files:
        # Without the right to list, S3 says 403 of a file that is not there.
        yield _allow(["s3:ListBucket", "s3:ListBucketVersions"], _arn("FilesBucket"))
    if rights.keeps_backups:
        yield _allow(["s3:ListBucket"], _arn("BackupsBucket"))
        yield _allow(_BACKUPS, {"Fn::Sub": "${BackupsBucket.Arn}/*"})
    for name, words in rights.queues.items():
        yield _allow(_verbs("sqs", _MESSAGES, words.split()), _arn(name))
    for name in rights.secrets:
        parameter = f"parameter/printlab/${{Stage}}/{name}"
        here = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"
        yield _allow(["ssm:GetParameter"], {"Fn::Sub": here + parameter})
    if rights.sends_mail:
        yield from _sending()
    if rights.asks_for_mail:
        yield _allow(["ses:GetAccount"], "*")  # it is about the account, and takes no other resource


def _on_rows(table: str, words: list[str]) -> Iterator[dict[str, Any]]:
    yield _allow(_verbs("dynamodb", _ROWS, words), _arn(table))
    if through := _verbs("dynamodb", _ROWS, [word for word in words if word in _THROUGH_INDEXES]):
        yield _allow(through, {"Fn::Sub": f"${{{table}.Arn}}/index/*"})


def _sending() -> Iterator[dict[str, Any]]:
    identities = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/"
    verbs = ["ses:SendEmail", "ses:SendRawEmail"]
    yield _allow(verbs, {"Fn::Sub": identities + "${MailIdentity}"})
    # A recipient who is a verified identity counts as well, and in its sandbox SES mails to no others: the
    # right to theirs goes with the lab as the sender, be its identity an address or a domain.
    senders = [{"Fn::Sub": name} for name in ("${MailIdentity}", "*@${MailIdentity}", "*@*.${MailIdentity}")]
    condition = {"StringLike": {"ses:FromAddress": senders}}
    yield _allow(verbs, {"Fn::Sub": identities + "*"}) | {"Condition": condition}


def _logging(logs: str) -> dict[str, Any]:
    return _allow(["logs:CreateLogStream", "logs:PutLogEvents"], _arn(logs))


def _verbs(service: str, meaning: Mapping[str, tuple[str, ...]], words: list[str]) -> list[str]:
    return sorted({f"{service}:{verb}" for word in words for verb in meaning[word]})


def _arn(logical: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical, "Arn"]}


def _allow(actions: list[str], resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}
