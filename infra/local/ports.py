"""TCP ports of this machine."""

from __future__ import annotations

import contextlib
import random
import socket
import sys

# Below the ports that systems give to outgoing connections: one of those could take a port between our choice
# and its use.
_RANGE = range(20000, 32000)


def listen(port: int, *, everywhere: bool = False) -> socket.socket:
    """A socket listening on `port` of loopback or of all interfaces; OSError when it is in use."""
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that say they are TCP; without it
    # every small answer waits 40 ms for the other side's delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0" if everywhere else "127.0.0.1", port))  # noqa: S104  asked for by --lan
        # Bound is not enough on Linux: two sockets may bind with SO_REUSEADDR, but only one may listen.
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def free_port() -> int:
    """A port of loopback that nothing uses at this moment."""
    for port in random.sample(_RANGE, 100):
        with contextlib.suppress(OSError):
            listen(port).close()
            return port
    raise OSError("no free port found")


def own_address() -> str:
    """The address by which other computers of the network reach this one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address
