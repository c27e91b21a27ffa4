"""`python -m infra.deploy STAGE`: PrintLab on AWS, as infra/stages/STAGE.toml says. It may be repeated.

`--rollback` deploys the release before the last again, `--rollback NAME` that one; `--releases` lists them.
`--rotate KEYS` adds a key to a secret of the stage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from boto3.session import Session
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import keys, stages
from infra.deploy.deployment import Deployment
from infra.deploy.formation import Refused
from infra.deploy.stages import NotReady


def main(arguments: list[str]) -> int:
    """Deploy; 1 and the reason when that is not possible."""
    options = _options(arguments)
    try:
        stage = stages.load(options.stage)
        deployment = Deployment(stage, Session(region_name=stage.region), _ask(yes=options.yes))
        if options.releases:
            for release in deployment.releases.all():
                print(release.name, release.commit)
        elif options.rotate:
            deployment.rotate(options.rotate)
        elif options.rollback is not None:
            deployment.roll_back(options.rollback or None)
        else:
            deployment.run(deployment.prepare())
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    except Refused:
        print("Nothing was changed.", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS: {error}", file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--yes", action="store_true", help="apply the changes without asking")
    parser.add_argument("--rollback", nargs="?", const="", metavar="RELEASE")
    parser.add_argument("--rotate", choices=keys.GENERATED)
    parser.add_argument("--releases", action="store_true")
    return parser.parse_args(arguments)


def _ask(*, yes: bool) -> Callable[[list[str]], bool]:
    def agreed(changes: list[str]) -> bool:
        print(f"{len(changes)} changes:", *changes, sep="\n  ")
        return yes or input("Apply them? [y/N] ").strip().lower() == "y"

    return agreed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
