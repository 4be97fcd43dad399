"""kill -9 of any process at any moment loses nothing that was answered, and stores nothing twice."""

import random
import threading

import pytest
from sqlalchemy import select

from commonplace.snaps.models import Snap
from tests.operations.filled import opened
from tests.operations.running import running

CREATIONS = 60


def create_while_killing(site, creations, seed):
    """Share that many snaps, about each sixth while some process is killed; return the hash keys answered."""
    chosen = random.Random(seed)
    answered, kills = [], []
    for number in range(creations):
        killer = None
        if chosen.random() < 1 / 6:
            kill = site.kill_supervisor if chosen.random() < 0.25 else site.kill_child
            arguments = () if kill == site.kill_supervisor else (chosen.randrange(12),)
            killer = threading.Timer(chosen.random() * 0.06, kill, arguments)
            killer.start()
            kills.append(kill.__name__)
        answered.append(site.post_until_answered(f"key-{number}", content=f"snap {number}")["hash_key"])
        if killer is not None:
            killer.join()
    return answered, kills


def check(data_dir, answered):
    """Assert that what was answered is stored, each once, and nothing else."""
    with opened("", data_dir) as house, house.database.reading() as session:
        stored = dict(session.execute(select(Snap.hash_key, Snap.content)).all())
    assert sorted(stored.values()) == sorted(f"snap {number}" for number in range(len(answered)))
    assert [stored.get(hash_key) for hash_key in answered] == [f"snap {number}" for number in range(len(answered))]


@pytest.mark.timeout(300)
def test_whatever_is_killed_nothing_answered_is_lost_and_nothing_is_stored_twice(tmp_path):
    with running(tmp_path) as site:
        answered, kills = create_while_killing(site, CREATIONS, seed=9)
        assert {"kill_supervisor", "kill_child"} == set(kills)
        for number in (0, CREATIONS - 1):
            assert site.post_until_answered(f"key-{number}", content=f"snap {number}")["hash_key"] == answered[number]
            assert site.post(f"key-{number}", content="something else")[0] == 409
    check(tmp_path, answered)
