"""How commands reach the stores of a stage on AWS, as infra/connect.py leads to those of a local PrintLab.

`python -m infra.deploy.connect prod infra.trail verify` runs a module with what the stage's functions are
told, and with the credentials of whoever calls.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import stages
from infra.deploy.stages import NotReady, Stage


def environment(stage: Stage, session: Any) -> dict[str, str]:
    """That of this process, with the way to the stores of `stage`. Raises NotReady where there is none."""
    functions = session.client("lambda")
    try:
        api = functions.get_function_configuration(FunctionName=f"printlab-{stage.name}-api_handler")
    except functions.exceptions.ResourceNotFoundException:
        raise NotReady(
            f"There is no {stage.name} in {stage.region} yet: make deploy STAGE={stage.name}"
        ) from None
    told: dict[str, str] = api["Environment"]["Variables"]
    ours = {name: value for name, value in told.items() if name.startswith("PRINTLAB_")}
    return os.environ | ours | {"AWS_DEFAULT_REGION": stage.region}


def main(arguments: list[str]) -> int:
    """Run the module; its exit status, or 1 and the reason when the stage cannot be reached."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.connect", description=__doc__)
    parser.add_argument("--stages", type=Path, default=stages.FOLDER, help="where STAGE.toml is")
    parser.add_argument("stage")
    parser.add_argument("module")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENT")
    options = parser.parse_args(arguments)
    try:
        stage = stages.load(options.stage, options.stages)
        told = environment(stage, Session(region_name=stage.region))
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS: {error}", file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, "-m", options.module, *options.rest], env=told).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
