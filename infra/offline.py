"""How commands reach the stores of a local PrintLab that does not run: `python -m infra.offline DATA MODULE`.

Starts the stores of the data in that folder, empty ones where it is new, without pages, functions and
schedules; runs the module with their environment; and stops them. Refused while a PrintLab runs on that
data.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import data_format, environment, secret_file
from infra.local.child import ChildFailed
from infra.local.cloud import LocalCloud
from infra.local.data_format import Unfit
from infra.local.provision import NotProvisioned, parameters, provision

_NOWHERE = "http://localhost"


@contextmanager
def stores(data: Path) -> Iterator[None]:
    """The stores of `data` serve inside the block; the environment says how. Raises Unfit, ChildFailed."""
    secrets = secret_file.load_or_create(data / "secrets.json")
    durable = data_format.claim(data, os.environ.get("DURABLE"))
    cloud = LocalCloud(data, secrets, durable=durable)
    try:
        cloud.start()
        cloud.wait_ready()
        os.environ.update(environment.application(cloud, secrets, _NOWHERE))
        provision(parameters(environment.STAGE, environment.BUCKET, _NOWHERE))
        yield
    finally:
        cloud.stop()


def main(arguments: list[str]) -> int:
    """The exit code of the module."""
    if len(arguments) < 2:
        print("usage: python -m infra.offline DATA MODULE [ARGUMENTS]", file=sys.stderr)
        return 2
    if reason := environment.unreachable(arguments):
        print(reason, file=sys.stderr)
        return 1
    try:
        with stores(Path(arguments[0])):
            return subprocess.run([sys.executable, "-m", *arguments[1:]]).returncode
    except (ChildFailed, NotProvisioned, Unfit) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
