import pytest

from commonplace.core.errors import (
    CommonplaceError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
    invalid_field,
)


@pytest.mark.parametrize(("category", "status"), [(Invalid, 400), (Forbidden, 403), (NotFound, 404), (Conflict, 409)])
def test_a_category_has_its_status_and_keeps_the_sentence(category: type[CommonplaceError], status: int) -> None:
    error = category("That name is taken: choose another.", fields={"username": "taken"})
    assert error.status == status
    assert error.message == str(error) == "That name is taken: choose another."
    assert error.fields == {"username": "taken"}


def test_unavailable_says_when_to_try_again() -> None:
    assert (Unavailable("Busy.", retry_after=5).status, Unavailable("Busy.", retry_after=5).retry_after) == (
        503,
        5,
    )
    assert Unavailable("Too often.", retry_after=60, status=429).status == 429


def test_a_status_given_to_one_failure_is_not_given_to_the_next() -> None:
    Unavailable("Too often.", retry_after=60, status=429)
    assert Unavailable("Busy.", retry_after=5).status == Unavailable.status == 503


def test_the_fields_of_a_failure_are_its_own() -> None:
    reasons = {"email": "not an address"}
    error = Invalid("Look again.", fields=reasons)
    reasons["name"] = "added later"
    assert error.fields == {"email": "not an address"}
    assert Invalid("Look again.").fields == {}


def test_a_single_field_is_named_with_its_reason() -> None:
    error = invalid_field("limit", "A page holds 1 to 100.")
    assert isinstance(error, Invalid)
    assert error.fields == {"limit": "A page holds 1 to 100."}
    assert error.message == "A page holds 1 to 100."
