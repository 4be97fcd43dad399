import pytest
from werkzeug.security import generate_password_hash

from commonplace.users import passwords
from commonplace.users.models import User
from commonplace.users.passwords import hash_password, is_outdated, is_password
from tests.shortcuts import HASHER


@pytest.fixture(autouse=True)
def hasher(monkeypatch):
    """The real one."""
    monkeypatch.setattr(passwords, "_hasher", HASHER)


def test_a_password_is_hashed_on_assignment_and_known_again():
    user = User(password="correct horse")
    assert user.password.startswith("$argon2id$")
    assert is_password("correct horse", user.password)
    assert not is_password("correct horsE", user.password)


def test_one_password_from_two_keyboards_is_one():
    assert is_password("cafe\u0301 \uff41\uff42", hash_password("caf\u00e9 ab"))


@pytest.mark.parametrize("method", ["scrypt", "pbkdf2:sha256:1000"])
def test_hashes_of_older_applications_work_and_are_outdated(method):
    hashed = generate_password_hash("correct horse", method)
    assert is_password("correct horse", hashed)
    assert not is_password("wrong", hashed)
    assert is_outdated(hashed)


def test_the_hash_that_stands_in_for_no_account_costs_what_a_real_one_costs():
    assert not is_outdated(passwords._NOBODYS)


def test_a_new_hash_is_not_outdated():
    assert not is_outdated(hash_password("correct horse"))


@pytest.mark.parametrize("hashed", ["", "plain", "scrypt:x", "scrypt:1:2:x$salt$00", "$argon2id$broken"])
def test_what_is_no_hash_is_nobodys_password(hashed):
    assert not is_password("plain", hashed)


def test_half_of_a_character_is_a_wrong_password_not_a_failure():
    assert not is_password("\ud800", hash_password("correct horse"))
    assert not is_password("\ud800", generate_password_hash("correct horse", "pbkdf2:sha256:1000"))
