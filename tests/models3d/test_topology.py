"""The whole-array counts against a plain count, one edge at a time."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chalicelib.models3d import facts, topology
from chalicelib.models3d.mesh import checked_mesh
from chalicelib.models3d.topology import Topology

Face = tuple[int, int, int]

CORNERS = np.array([(x, y, z) for x in (0, 1, 2) for y in (0, 1, 2) for z in (0, 1)], np.float32)
faces_of = st.lists(st.tuples(*[st.integers(0, len(CORNERS) - 1)] * 3), min_size=1, max_size=60)


def plain_count(faces: list[Face]) -> Topology:
    uses: dict[frozenset[int], Counter[Face | tuple[int, int]]] = defaultdict(Counter)
    group = {corner: corner for face in faces if len(set(face)) == 3 for corner in face}

    def root(corner: int) -> int:
        while group[corner] != corner:
            group[corner] = corner = group[group[corner]]
        return corner

    for face in faces:
        if len(set(face)) == 3:
            for start, end in zip(face, face[1:] + face[:1], strict=True):
                uses[frozenset((start, end))][start, end] += 1
                group[root(start)] = root(end)
    even = [ways for ways in uses.values() if ways.total() % 2 == 0]
    return Topology(
        open_edges=len(uses) - len(even),
        non_manifold_edges=sum(ways.total() > 2 for ways in uses.values()),
        flipped_edges=sum(2 * max(ways.values()) != ways.total() for ways in even),
        bodies=len({root(corner) for corner in group}),
    )


@settings(max_examples=300, deadline=None)
@given(faces_of)
def test_any_faces_on_few_corners(faces: list[Face]) -> None:
    span = np.array([[[-5, -5, -5], [9, 9, 9], [-5, -5, -5]]], np.float32)  # a face without say sets the size
    mesh = checked_mesh(np.concatenate((CORNERS[np.array(faces)], span)), "test")
    assert topology.topology(mesh) == plain_count(faces)


def test_corners_in_different_pieces_are_found() -> None:
    random = np.random.default_rng(1)
    faces = random.integers(0, 3000, (20_000, 3))
    corners = random.random((3000, 3)).astype(np.float32)
    counted = topology.topology(checked_mesh(corners[faces], "test"))
    assert counted == plain_count([tuple(face) for face in faces.tolist()])


def test_long_chains_of_bodies_in_bad_order() -> None:
    strip = np.arange(4000, dtype=np.float32)
    zigzag = np.stack((strip, strip % 2, 0 * strip), axis=-1)
    chain = np.stack((zigzag[:-2], zigzag[1:-1], zigzag[2:]), axis=1)
    order = np.random.default_rng(2).permutation(len(chain))
    assert facts(checked_mesh(chain[order], "test")).bodies == 1
    assert facts(checked_mesh(chain[order][::2], "test")).bodies == plain_bodies(order[::2])


def plain_bodies(strip_faces: NDArray[np.int64]) -> int:
    """Runs of strip triangles that share corners: neighbours at most two places apart."""
    return 1 + int(np.count_nonzero(np.diff(np.sort(strip_faces)) > 2))


def test_two_keys_with_one_hash_are_told_apart() -> None:
    inverse = pow(int(topology._MIX), -1, 1 << 64)
    words = [
        (7 << 40 | low) * inverse % (1 << 64) for low in (0, 1, 0, 1)
    ]  # differ below the bits that are kept
    distinct, number = topology._distinct(np.array(words, np.uint64))
    assert distinct.size == 2
    assert distinct[number].tolist() == words
