"""Addresses and the networks that an administrator trusts."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


def contains(networks: Iterable[str], address: str) -> bool:
    """True when `address` lies in one of `networks` (CIDR notation); a malformed address lies in none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in ip_network(network, strict=False) for network in networks)
