"""Heatshrink, a small LZSS: https://github.com/atomicobject/heatshrink.

A stream of bits, most significant first. 1 and eight bits are a byte; 0, `window` bits and `lookahead` bits
are a copy: the distance less one, the count less one. Before the first byte the window is all zeros.
"""

from __future__ import annotations

from .errors import damaged


def decompress(data: bytes, size: int, *, window: int, lookahead: int) -> bytes:
    """The `size` bytes that `data` unpacks to; padding behind them is not looked at. Raises Unreadable."""
    out = bytearray(1 << window)
    bits, held, place = 0, 0, 0
    end = len(out) + size
    while len(out) < end:
        while held < 1 + window + lookahead and place < len(data):
            bits = (bits << 8 | data[place]) & 0xFFFFFFFF
            held, place = held + 8, place + 1
        needed = 9 if held and bits >> (held - 1) & 1 else 1 + window + lookahead
        if held < needed:
            raise damaged()
        held -= needed
        token = bits >> held & ((1 << needed - 1) - 1)
        if needed == 9:
            out.append(token)
            continue
        distance = (token >> lookahead) + 1
        for _ in range((token & ((1 << lookahead) - 1)) + 1):
            out.append(out[-distance])
    return bytes(out[1 << window : end])
