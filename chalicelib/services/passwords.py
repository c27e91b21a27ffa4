"""Workstation passwords, hashed with scrypt (RFC 7914), which is costly in memory for an attacker."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

# 2^15 × 8 × 128 bytes = 32 MiB a guess, three times over: one of the settings of equal cost that OWASP's
# password storage cheat sheet gives for scrypt.
_N, _R, _P = 2**15, 8, 3
_MAX_MEMORY = 64 * 1024 * 1024


def hashed(password: str) -> str:
    """`scrypt$n$r$p$salt$hash`, salt and hash in base64."""
    salt = os.urandom(16)
    digest = _digest(password, salt, _N, _R, _P)
    parts = [base64.b64encode(part).decode() for part in (salt, digest)]
    return "$".join(["scrypt", str(_N), str(_R), str(_P), *parts])


def matches(password: str, stored: str) -> bool:
    """Compare in constant time with the parameters that the stored hash names."""
    _, n, r, p, salt, digest = stored.split("$")
    found = _digest(password, base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(digest))


def _digest(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=32)
