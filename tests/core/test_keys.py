import multiprocessing
import os
import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.errors import CommonplaceError
from commonplace.core.keys import KeyRing, SealBroken, load_or_create_keys

OLD = "Zq8rT1mWx5Yc0VbN4kLp7HsD2fGj9aEu"
NEW = "pL3vXo6QiRw9TzBnM1cKy8UdFh5SgJ0e"
RING = KeyRing([NEW, OLD])

# A place whose parts hold what divides them must stay a place of its own.
places = st.sampled_from(["tokens/1", "tokens/11", "token", "s/1", "", '"', ",", '", "', "access", "refresh"])


@given(st.text(), places, places)
def test_a_sealed_value_opens_in_its_own_place(text: str, row: str, field: str) -> None:
    sealed = RING.seal(text, row=row, field=field)
    assert RING.open(sealed, row=row, field=field) == text
    assert sealed.isascii()


@given(st.tuples(places, places), st.tuples(places, places))
def test_a_sealed_value_opens_nowhere_else(here: tuple[str, str], there: tuple[str, str]) -> None:
    sealed = RING.seal("token", row=here[0], field=here[1])
    if here != there:
        with pytest.raises(SealBroken):
            RING.open(sealed, row=there[0], field=there[1])


def test_what_an_older_key_sealed_still_opens_and_the_newest_seals() -> None:
    sealed = KeyRing([OLD]).seal("token", row="tokens/1", field="access")
    assert RING.open(sealed, row="tokens/1", field="access") == "token"
    again = RING.seal("token", row="tokens/1", field="access")
    assert KeyRing([NEW]).open(again, row="tokens/1", field="access") == "token"


@pytest.mark.parametrize("sealed", ["", "gAAAAA", "no token", "\N{SNOWMAN}"])
def test_what_was_never_sealed_breaks_with_a_typed_error(sealed: str) -> None:
    with pytest.raises(SealBroken) as caught:
        RING.open(sealed, row="tokens/1", field="access")
    assert isinstance(caught.value, CommonplaceError)
    assert OLD not in caught.value.message


def test_a_key_that_left_the_ring_opens_nothing() -> None:
    sealed = KeyRing([OLD]).seal("token", row="tokens/1", field="access")
    with pytest.raises(SealBroken):
        KeyRing([NEW]).open(sealed, row="tokens/1", field="access")


def test_the_same_text_is_never_sealed_alike() -> None:
    assert RING.seal("token", row="r", field="f") != RING.seal("token", row="r", field="f")


def test_signing_keys_stand_newest_first_and_are_not_shown() -> None:
    assert RING.signing_keys == (NEW, OLD)
    assert NEW not in repr(RING)
    assert OLD not in repr(RING)


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "Zq8rT1mWx5Yc0VbN4kLp7HsD2fGj9aE",
        "change-me-change-me-please-change-me-now",
        "CHANGE_ME_1234567890_abcdefghijklmnop",
        "this-is-a-very-Secret-key-of-my-site-42",
        "My Pass-Word for the kitchen table 1987",
        "a" * 64,
        "abcdefgh" * 5,
        "0123456789abcdef0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "abababababababababababababababababc",
        "example-key-example-key-example-key-1234",
    ],
)
def test_a_weak_key_is_refused_in_one_line_that_does_not_show_it(weak: str) -> None:
    with pytest.raises(ValueError, match=r"^secret key 2 of 2 [^\n]+$") as caught:
        KeyRing([NEW, weak])
    assert not weak or weak not in str(caught.value)
    assert NEW not in str(caught.value)


def test_a_ring_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no secret key"):
        KeyRing([])


def test_random_keys_are_never_taken_for_weak_ones() -> None:
    for _ in range(500):
        assert KeyRing([secrets.token_hex(16), secrets.token_urlsafe(24)]).signing_keys


def test_configured_keys_are_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert load_or_create_keys(tmp_path, [NEW, OLD]).signing_keys == (NEW, OLD)
    assert list(tmp_path.iterdir()) == []


def test_the_first_start_makes_a_key_that_only_this_user_reads_and_later_starts_keep(tmp_path: Path) -> None:
    ring = load_or_create_keys(tmp_path / "data", [])
    path = tmp_path / "data" / "secret_keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == ring.signing_keys[0] + "\n"
    assert load_or_create_keys(tmp_path / "data", []).signing_keys == ring.signing_keys
    assert list(path.parent.iterdir()) == [path]


def test_two_sites_never_make_the_same_key(tmp_path: Path) -> None:
    one, other = load_or_create_keys(tmp_path / "one", []), load_or_create_keys(tmp_path / "other", [])
    assert one.signing_keys != other.signing_keys


def test_a_key_added_on_top_of_the_file_is_the_newest(tmp_path: Path) -> None:
    first = load_or_create_keys(tmp_path, []).signing_keys[0]
    (tmp_path / "secret_keys").write_text(f"{NEW}\n{first}\n")
    assert load_or_create_keys(tmp_path, []).signing_keys == (NEW, first)


@pytest.mark.parametrize("content", [b"", b"change-me-change-me-please-change-me-now\n", b"\xff\xfe"])
def test_a_bad_file_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret_keys"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=str(path)) as caught:
        load_or_create_keys(tmp_path, [])
    assert "change-me" not in str(caught.value)
    assert path.read_bytes() == content


def _start(data_dir: str, gate: str, answer: "multiprocessing.Queue[str]") -> None:
    while not Path(gate).exists():
        os.sched_yield()
    answer.put(load_or_create_keys(Path(data_dir), []).signing_keys[0])


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    gate, data_dir = tmp_path / "gate", tmp_path / "data"
    processes = [context.Process(target=_start, args=(str(data_dir), str(gate), answer)) for _ in range(4)]
    for process in processes:
        process.start()
    gate.touch()
    keys = {answer.get(timeout=60) for _ in processes}
    for process in processes:
        process.join(60)
    assert keys == {(data_dir / "secret_keys").read_text().strip()}
    assert len(list(data_dir.iterdir())) == 1
