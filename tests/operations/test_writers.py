"""Many write at once: each waits for its turn, none is refused, and no two get the same id."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from commonplace.core.house import House
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues, share_snap
from commonplace.users.models import User
from tests.factories import make_user
from tests.operations.filled import opened
from tests.operations.running import running

WRITERS = 8
EACH = 50
EXPECTED = sorted(f"{writer}/{number}" for writer in range(WRITERS) for number in range(EACH))


def share(house, user_id, name):
    with house.database.writing() as session:
        share_snap(session, session.get(User, user_id), SnapValues(name, name="a.txt"))


def share_many(house, user_id, writer):
    for number in range(EACH):
        share(house, user_id, f"{writer}/{number}")


def share_many_apart(settings, user_id, writer, start):
    house = House.build(settings)
    start.wait()
    share_many(house, user_id, writer)
    house.database.dispose()


def check(house):
    with house.database.reading() as session:
        rows = session.execute(select(Snap.id, Snap.hash_key, Snap.content)).all()
    assert sorted(row.content for row in rows) == EXPECTED
    assert len({row.id for row in rows}) == len({row.hash_key for row in rows}) == len(EXPECTED)


def make_author(house):
    with house.database.writing() as session:
        return make_user(session, "ada").id


def test_threads_of_one_process(house):
    ada_id = make_author(house)
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(share_many, house, ada_id, writer) for writer in range(WRITERS)]:
            done.result()
    check(house)


def test_processes(house):
    ada_id = make_author(house)
    house.database.dispose()
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    processes = [
        context.Process(target=share_many_apart, args=(house.settings, ada_id, writer, start))
        for writer in range(WRITERS)
    ]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    check(house)


def test_programs_that_talk_to_the_running_site(tmp_path, database_url):
    with running(tmp_path / "data", database_url) as site:
        statuses, lock = [], threading.Lock()

        def post_many(writer):
            for number in range(EACH):
                status, answer = site.post(f"{writer}-{number}", content=f"{writer}/{number}", name="a.txt")
                with lock:
                    statuses.append((status, answer.get("detail")))

        with ThreadPoolExecutor(WRITERS) as pool:
            for done in [pool.submit(post_many, writer) for writer in range(WRITERS)]:
                done.result()
        assert statuses == [(201, None)] * len(EXPECTED)
    with opened(database_url, tmp_path / "data") as house:
        check(house)
