"""Addresses: the networks that an administrator trusts, and whom a rate limit counts."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What every IPv6 host has to itself and changes its address in as it likes (RFC 6177, RFC 8981).
_HOST_PREFIX = 64


def contains(networks: Iterable[str], address: str) -> bool:
    """True when `address` lies in one of `networks` (CIDR notation); a malformed address lies in none."""
    ip = _parsed(address)
    return ip is not None and any(ip in ip_network(network, strict=False) for network in networks)


def host(address: str) -> str:
    """Whom a limit counts: an IPv4 address, the network of an IPv6 host, and anything else as it is.

    >>> host("192.0.2.7"), host("2001:db8:1:2:3:4:5:6"), host("unknown")
    ('192.0.2.7', '2001:db8:1:2::/64', 'unknown')
    """
    ip = _parsed(address)
    if isinstance(ip, IPv6Address):
        return str(ip_network((ip, _HOST_PREFIX), strict=False))
    return str(ip) if ip else address


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
