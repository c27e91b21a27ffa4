"""`python -m infra.deploy.furnish STAGE --staff NAME`: what a new lab on AWS starts with.

A catalog to edit, staff, and the first administrator's workstation, whose password is shown once. What is
there already stays as it is.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from infra.deploy import stages
from infra.deploy.stages import NotReady, Stage

_DESK = "admin-desk"


def main(arguments: list[str]) -> int:
    """Furnish the stage."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.furnish", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--stages", type=Path, default=stages.FOLDER, help="where STAGE.toml is")
    parser.add_argument("--staff", action="append", required=True, metavar="NAME")
    options = parser.parse_args(arguments)
    try:
        stage = stages.load(options.stage, options.stages)
        os.environ.update({"PRINTLAB_STAGE": stage.name, "AWS_DEFAULT_REGION": stage.region})
        return furnish(options.staff)
    except NotReady as reason:
        print(reason, file=sys.stderr)
    except PynamoDBException as error:
        print(_about_tables(error, stage), file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"AWS: {error}", file=sys.stderr)
    return 1


def _about_tables(error: PynamoDBException, stage: Stage) -> str:
    if error.cause_response_code == "ResourceNotFoundException":
        return f"There is no {stage.name} in {stage.region} yet: make deploy STAGE={stage.name}"
    return f"AWS: {error.cause_response_message or error}"


def furnish(staff: list[str]) -> int:
    """Make what is missing in the stage that the environment names."""
    # Imported here: the application reads its environment when it is imported.
    from chalicelib.aws import directory, documents
    from chalicelib.aws.tables import StaffMember
    from chalicelib.domain.people import tidy_name
    from chalicelib.services import clock
    from infra.local.seed import CATALOG

    names = [tidy_name(name) for name in staff]
    if not all(names):
        raise NotReady('Who works there? make furnish STAGE=… STAFF="Your Name"')
    now = clock.now()
    documents.create(documents.SETTINGS, {}, by="system", now=now)
    documents.create(documents.CATALOG, CATALOG, by="system", now=now)
    for name in names:
        directory.add_staff(StaffMember(name=name, added_at=now))
    if directory.find_workstation(_DESK):
        print(f"The workstation {_DESK} is there already; its password stays as it is.")
    else:
        _add_desk()
    return 0


def _add_desk() -> None:
    """The first administrator's workstation. Raises NotReady."""
    from chalicelib.aws import directory
    from chalicelib.aws.tables import Workstation
    from chalicelib.domain.lifecycle import Actor
    from chalicelib.services import passwords

    password = secrets.token_urlsafe(12)
    # Shown before it counts: stopped in between, the next call shows another one.
    print(f"Workstation {_DESK}, password {password}")
    print("It is shown this once. Change it under Admin › Workstations.")
    desk = Workstation(
        id=_DESK,
        display_name="Administration",
        role=Actor.ADMIN.value,
        password_hash=passwords.hashed(password),
        share_path="Z:\\PrintLab",
    )
    if not directory.add_workstation(desk):
        raise NotReady(f"Somebody else made {_DESK} at the same moment; the password above is not its.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
