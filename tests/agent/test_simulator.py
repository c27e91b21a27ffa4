"""Whatever happens, nothing that a person saved is lost, and in the end share and cloud agree.

AGENT_SEEDS says how many runs there are, AGENT_SEED repeats one of them.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.simulator import Lab

SEEDS = int(os.environ.get("AGENT_SEEDS", "1000"))
ONE = os.environ.get("AGENT_SEED")
BATCH = 50


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder on a file system that needs no disk, where there is one."""
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="printlab-share-", dir=fast) as folder:
        yield Path(folder)


def _run(folder: Path, seed: int) -> Lab:
    lab = Lab(folder / str(seed), seed)
    try:
        lab.chaos(12)
        lab.settle()
        lab.check_settled()
    except BaseException as error:
        error.add_note(f"AGENT_SEED={seed}: {' '.join(lab.trace)}")
        raise
    finally:
        lab.index.close()
    return lab


@pytest.mark.parametrize("first", [int(ONE)] if ONE else range(0, SEEDS, BATCH))
def test_nothing_is_lost_and_both_sides_agree_in_the_end(memory: Path, first: int) -> None:
    happened: Counter[str] = Counter()
    for seed in [first] if ONE else range(first, first + BATCH):
        happened.update(word.rpartition(":")[2] for word in _run(memory, seed).trace)
    if not ONE:
        assert {"killed", "round", "_person_saves", "_cloud_moves", "Offline", "NotMounted"} <= set(happened)


def test_the_same_seed_is_the_same_run(memory: Path) -> None:
    for seed in (3, 17, 42):
        first, second = (_run(memory / str(turn), seed).fingerprint() for turn in range(2))
        assert first == second
