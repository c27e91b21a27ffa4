"""How triangles hang together: shared corners, edges, connected bodies.

All in whole-array steps: a Python loop over a million triangles would take seconds. Work goes through
pieces that fit the processor's cache wherever it can, which is both faster and smaller than whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .mesh import CHUNK, Mesh

SNAP = 2e-6
"""Corners in one cell of this part of the diagonal are one: exporters round the same point differently."""

_Words = NDArray[np.uint64]
_Index = NDArray[np.int64]
_Roots = NDArray[np.int32]

_AXIS_BITS = np.uint64(19)  # 1 / SNAP = 500,000 cells along an axis at most
_ID_BITS = np.uint64(31)
_ID_MASK = np.uint64((1 << 31) - 1)
_ONE = np.uint64(1)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Knuth, TAOCP 3, 6.4): spreads neighbouring keys
_NO_EDGE = np.uint64(0xFFFFFFFFFFFFFFFF)
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Topology:
    """Counts of edges by kind, and of connected bodies."""

    open_edges: int
    non_manifold_edges: int
    flipped_edges: int
    bodies: int


def topology(mesh: Mesh) -> Topology:
    """Edge counts and bodies of a mesh.

    An edge is open when an odd number of faces meets there, non-manifold when more than two do, flipped
    when an even number does but not half of them in each direction. A surface is watertight exactly
    when no edge is open (its boundary modulo 2 is empty); real parts do have edges with four faces.
    Faces with two corners in one point have no area and no say.
    """
    edges, corners = _sorted_edges(mesh)
    first = np.flatnonzero(_starts(edges))
    amount = np.diff(first, append=edges.size).astype(np.int32)
    flipped = _flipped(edges, first, amount)
    edges = edges[first]
    del first
    return Topology(
        open_edges=int(np.count_nonzero(amount & 1)),
        non_manifold_edges=int(np.count_nonzero(amount > 2)),
        flipped_edges=flipped,
        bodies=_bodies(edges, corners),
    )


def _sorted_edges(mesh: Mesh) -> tuple[_Words, int]:
    """All edges as sorted words (lower corner, higher corner, direction), and the number of distinct corners.

    Corners are matched first within each piece of the mesh, then between pieces: neighbours mostly
    stand close together in a file, so that far fewer corners are left for the second step.
    """
    ids = np.empty((3, len(mesh)), np.int32)
    cells: list[_Words] = []
    total = 0
    for piece, corners in mesh.chunks():
        distinct, number = _distinct(_grid_cells(mesh, corners))
        ids[:, piece] = (number + np.int32(total)).reshape(3, -1)
        cells.append(distinct)
        total += distinct.size
    together = np.concatenate(cells)
    cells.clear()
    distinct, number = _distinct(together)
    edges = np.empty((3, len(mesh)), np.uint64)
    for start in range(0, len(mesh), CHUNK):
        piece = slice(start, start + CHUNK)
        _write_edges(number[ids[:, piece]].astype(np.int64), edges[:, piece])
    words = edges.reshape(-1)
    words.sort()
    return words[: np.searchsorted(words, _NO_EDGE)], distinct.size


def _grid_cells(mesh: Mesh, corners: NDArray[np.float32]) -> _Words:
    """The grid cell of each corner, packed into 57 bits; (3·k,), first corners first."""
    scale = np.float32(1.0 / (SNAP * mesh.diagonal))
    origin = mesh.low.astype(np.float32)[:, None]
    cells = np.rint((corners - origin) * scale).astype(np.uint64)
    packed: _Words = cells[:, 0] << _AXIS_BITS
    packed |= cells[:, 1]
    packed <<= _AXIS_BITS
    packed |= cells[:, 2]
    return packed.reshape(-1)


def _distinct(keys: _Words) -> tuple[_Words, _Roots]:
    """The distinct keys in order of first appearance, and for every key its number among them.

    Sorting (hash, position) packed in one word is five times faster than an argsort of the keys. Two
    keys with one hash would mix in the sorted order; then keys change more often than hashes, which shows.
    """
    position_bits = np.uint64(keys.size.bit_length())
    words = keys * _MIX
    words >>= position_bits
    words <<= position_bits
    words |= np.arange(keys.size, dtype=np.uint64)
    words.sort()
    hashes = np.count_nonzero(_changes(words >> position_bits))
    words &= (_ONE << position_bits) - _ONE
    positions = words.view(np.int64)
    changes = _changes(keys[positions])
    first = positions[changes]
    if first.size != hashes:
        distinct, numbers = np.unique(keys, return_inverse=True)  # slower, and with no luck involved
        return distinct, numbers.astype(np.int32)
    is_first = np.zeros(keys.size, np.bool_)
    is_first[first] = True
    number = (np.cumsum(is_first, dtype=np.int32) - np.int32(1))[first]
    inverse = np.empty(keys.size, np.int32)
    inverse[positions] = np.repeat(number, np.diff(np.flatnonzero(changes), append=keys.size))
    return keys[is_first], inverse


def _changes(values: _Words) -> NDArray[np.bool_]:
    """True where a value differs from the one before it, and at the first."""
    changes = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def _write_edges(ids: _Index, edges: _Words) -> None:
    """The three edges of each face as words, `_NO_EDGE` for faces with fewer than three distinct corners.

    `ids` and `edges` are (3, k).
    """
    for words, start, end in zip(edges, ids, np.roll(ids, -1, axis=0), strict=True):
        word = np.minimum(start, end)
        word <<= np.int64(_ID_BITS)
        word |= np.maximum(start, end)
        word <<= 1
        word |= start < end
        words[:] = word.view(np.uint64)
    a, b, c = ids
    collapsed = (a == b) | (b == c) | (c == a)
    if collapsed.any():
        edges[:, collapsed] = _NO_EDGE


def _starts(edges: _Words) -> NDArray[np.bool_]:
    """True where another edge begins: words of one edge differ in the last bit, the direction, only."""
    starts = np.ones(edges.size, np.bool_)
    for at in range(1, edges.size, _STEP):
        stop = min(at + _STEP, edges.size)
        starts[at:stop] = (edges[at:stop] ^ edges[at - 1 : stop - 1]) > _ONE
    return starts


def _flipped(edges: _Words, first: _Index, amount: NDArray[np.int32]) -> int:
    """Edges of an even number of faces of which not half run each way."""
    pairs = first[amount == 2]
    flipped = int(np.count_nonzero(edges[pairs] == edges[pairs + 1]))
    many = (amount > 2) & (amount & 1 == 0)
    if many.any():
        forward = np.add.reduceat((edges & _ONE).astype(np.int32), first)
        flipped += int(np.count_nonzero(2 * forward[many] != amount[many]))
    return flipped


def _bodies(edges: _Words, corners: int) -> int:
    """Connected components of the graph of corners and edges.

    Every corner starts as its own root; each round hangs roots below a smaller neighbouring root and
    flattens the trees (Shiloach & Vishkin, J. Algorithms 3, 1982). Only local minima survive a round, at
    most half of the roots of a component, so the rounds are logarithmic for any input.
    """
    parent = np.arange(corners, dtype=np.int32)
    used = np.zeros(corners, np.bool_)
    for one, other in _ends(edges):
        parent[other] = one
        used[one] = used[other] = True
    _flatten(parent)
    low, high = _still_apart(edges, parent)
    while low.size:
        parent[np.maximum(low, high)] = np.minimum(low, high)
        _flatten(parent)
        low, high = parent[low], parent[high]
        apart = low != high
        low, high = low[apart], high[apart]
    return int(np.count_nonzero(used & (parent == np.arange(corners, dtype=np.int32))))


def _ends(edges: _Words) -> Iterator[tuple[_Index, _Index]]:
    """Lower and higher corner of each edge, piece by piece."""
    for start in range(0, edges.size, _STEP):
        words = edges[start : start + _STEP] >> _ONE
        yield (words >> _ID_BITS).view(np.int64), (words & _ID_MASK).view(np.int64)


def _still_apart(edges: _Words, parent: _Roots) -> tuple[_Roots, _Roots]:
    """The differing roots at both ends of the edges."""
    roots: list[_Roots] = [np.empty((2, 0), np.int32)]
    for one, other in _ends(edges):
        pair = np.stack((parent[one], parent[other]))
        roots.append(pair[:, pair[0] != pair[1]])
    low, high = np.concatenate(roots, axis=1)
    return low, high


def _flatten(parent: _Roots) -> None:
    """Point every entry at its root, halving path lengths each time."""
    while True:
        shorter = parent[parent]
        if np.array_equal(shorter, parent):
            return
        parent[:] = shorter
