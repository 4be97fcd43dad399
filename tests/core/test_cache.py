import logging
import pickle
import shutil
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cachelib import BaseCache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonplace.core.cache import FolderCache, HouseCache, PlainSerializer, make_cache


class Maker:
    """Make a value, and count how often."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        return self.value


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("redis-server did not start")


@pytest.fixture
def store(tmp_path: Path) -> BaseCache:
    return make_cache(tmp_path, None)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").iterdir())


@given(value=st.text(st.characters(exclude_categories=["Cs"])) | st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_text_and_bytes_come_back_as_they_were(store: BaseCache, value: str | bytes) -> None:
    store.set("key", value)
    assert store.get("key") == value
    assert type(store.get("key")) is type(value)


def test_a_value_is_one_file_that_only_this_user_reads(tmp_path: Path, store: BaseCache) -> None:
    (tmp_path / "cache").chmod(0o755)
    store = make_cache(tmp_path, None)
    store.set("key", "page")
    assert [stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "cache", *files(tmp_path)]] == [0o700, 0o600]


@pytest.mark.parametrize("value", [{"a": 1}, 7, None, ["a"]])
def test_nothing_but_text_and_bytes_is_kept(tmp_path: Path, store: BaseCache, value: object) -> None:
    with pytest.raises(TypeError):
        PlainSerializer().dumps(value)


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("exploded"),))


def test_a_pickle_in_the_folder_is_never_opened(
    tmp_path: Path, store: BaseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store.set("key", "page")
    files(tmp_path)[0].write_bytes(b"\0\0\0\0" + pickle.dumps(Bomb()))
    assert store.get("key") is None
    assert not Path("exploded").exists()


def test_a_damaged_file_is_a_miss_and_is_made_again(tmp_path: Path, store: BaseCache) -> None:
    store.set("key", "a page")
    path = files(tmp_path)[0]
    whole = path.read_bytes()
    for damaged in (whole[:-3], b"", bytes(len(whole)), whole[:-1] + b"\xff"):
        path.write_bytes(damaged)
        make = Maker("a page")
        assert HouseCache(store).get_or_make("key", make) == "a page"
        assert make.made == 1
        assert path.read_bytes()[4:] == whole[4:]


def test_a_folder_that_is_gone_is_a_miss(tmp_path: Path, store: BaseCache) -> None:
    shutil.rmtree(tmp_path / "cache")
    assert HouseCache(store).get_or_make("key", Maker("a page")) == "a page"


def test_a_file_in_the_way_is_a_miss_and_quick(tmp_path: Path, store: BaseCache) -> None:
    store.set("key", "page")
    path = files(tmp_path)[0]
    path.unlink()
    path.mkdir()
    started = time.monotonic()
    assert HouseCache(store).get_or_make("key", Maker("a page")) == "a page"
    assert time.monotonic() - started < 2


def test_a_value_outlives_the_process(tmp_path: Path) -> None:
    HouseCache(make_cache(tmp_path, None)).get_or_make("key", Maker("a page"))
    later = Maker("another")
    assert HouseCache(make_cache(tmp_path, None)).get_or_make("key", later) == "a page"
    assert later.made == 0


def test_memory_answers_without_the_store(tmp_path: Path, store: BaseCache) -> None:
    cache = HouseCache(store)
    cache.get_or_make("key", Maker("a page"))
    store.clear()
    later = Maker("another")
    assert cache.get_or_make("key", later) == "a page"
    assert later.made == 0


def test_memory_keeps_the_lately_used_within_its_bytes(store: BaseCache) -> None:
    cache = HouseCache(store, memory_bytes=10_000)
    for number in range(20):
        cache.get_or_make(f"key {number}", Maker("x" * 1000))
        cache.get_or_make("key 0", Maker("x" * 1000))
    cache.get_or_make("large", Maker("x" * 5000))
    store.clear()
    remembered = []
    for number in range(20):
        maker = Maker("y")
        kept = HouseCache.get_or_make(cache, f"key {number}", maker) != "y"
        remembered += [number] if kept else []
    assert remembered == [0, *range(12, 20)]
    assert cache.get_or_make("large", Maker("made again")) == "made again"


def test_memory_holds_when_many_threads_ask(store: BaseCache) -> None:
    cache = HouseCache(store, memory_bytes=20_000)
    wrong: list[str] = []

    def ask(seed: int) -> None:
        for step in range(300):
            number = (seed * 7 + step * 13) % 40
            if cache.get_or_make(f"key {number}", Maker(f"{number} " * 200)) != f"{number} " * 200:
                wrong.append(f"{seed} {step}")

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_folder_is_held_to_its_bytes_and_the_oldest_go_first(tmp_path: Path) -> None:
    folder = FolderCache(tmp_path / "cache", max_bytes=100_000)
    for number in range(200):
        folder.set(f"key {number}", "x" * 2000)
    sizes = [path.stat().st_size for path in files(tmp_path)]
    assert 70_000 < sum(sizes) <= 115_000
    assert folder.get("key 199") == "x" * 2000
    assert folder.get("key 0") is None


def test_a_new_process_prunes_what_others_left(tmp_path: Path) -> None:
    large = FolderCache(tmp_path / "cache")
    for number in range(50):
        large.set(f"key {number}", "x" * 2000)
    FolderCache(tmp_path / "cache", max_bytes=20_000).set("new", "y")
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 20_000


@pytest.mark.server
def test_redis_keeps_values_under_a_prefix_unpickled(tmp_path: Path, redis_url: str) -> None:
    store = make_cache(tmp_path, redis_url)
    assert HouseCache(store).get_or_make("key", Maker("a p\N{LATIN SMALL LETTER A WITH RING ABOVE}ge")) == "a påge"
    later = Maker("another")
    assert HouseCache(make_cache(tmp_path, redis_url)).get_or_make("key", later) == "a påge"
    assert later.made == 0
    raw = store._read_client.get("commonplace:cache:key")  # type: ignore[attr-defined]
    assert raw.endswith("sa påge".encode())
    assert not (tmp_path / "cache").exists()


def test_a_redis_that_is_gone_is_a_miss_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        cache = HouseCache(make_cache(tmp_path, f"redis://127.0.0.1:{closed.getsockname()[1]}/0"))
        made = [cache.get_or_make(f"key {number}", Maker(f"page {number}")) for number in range(50)]
    assert made == [f"page {number}" for number in range(50)]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_redis_that_hangs_is_left_alone_after_a_moment(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        cache = HouseCache(make_cache(tmp_path, f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
        started = time.monotonic()
        for number in range(50):
            cache.get_or_make(f"key {number}", Maker("a page"))
        assert time.monotonic() - started < 5
