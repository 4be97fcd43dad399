"""Who may do what to whom: every combination, against the rule in plain words."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.errors import Forbidden, Invalid
from commonplace.entries.models import Entry
from commonplace.moderation import rules
from commonplace.moderation.models import Action
from commonplace.users.models import Role, User

ACTIONS, ROLES = get_args(Action), get_args(Role)


def expected(action, role, other_role, is_self):
    if role == "member":
        return False
    if other_role == "owner" and action in {"hide", "suspend", "unsuspend"}:
        return False
    if is_self:
        return role == "owner"  # to dismiss and to show again
    if action in {"suspend", "unsuspend"} and other_role == "moderator":
        return role == "owner"
    return True


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_do_exactly_what_the_rule_allows(action, role):
    moderator = User(id=1, role=role)
    others = [(User(id=2, role=other), other, False) for other in ROLES] + [(moderator, role, True)]
    for person, other_role, is_self in others:
        allowed = expected(action, role, other_role, is_self)
        assert rules.may(action, moderator, person) == allowed, (other_role, is_self)
        if allowed:
            rules.check_may(action, moderator, person)
        else:
            with pytest.raises(Forbidden) as refused:
                rules.check_may(action, moderator, person)
            assert refused.value.message.endswith(".")


PEOPLE = [User(id=number, role=role) for number, role in enumerate((*ROLES, *ROLES), 1)]
users = st.sampled_from(PEOPLE)


@given(st.sampled_from(ACTIONS), users, users)
def test_a_member_does_nothing_and_nobody_acts_against_themselves_or_the_owner(action, moderator, person):
    if not rules.may(action, moderator, person):
        return
    assert moderator.role != "member"
    if action in {"hide", "suspend", "unsuspend"}:
        assert person.role != "owner"
        assert moderator.id != person.id


@given(users, users)
def test_what_a_moderator_did_the_owner_can_take_back_and_who_may_suspend_may_end_it(moderator, person):
    owner = User(id=9, role="owner")
    for does, undoes in (("hide", "unhide"), ("suspend", "unsuspend")):
        if rules.may(does, moderator, person):
            assert rules.may(undoes, owner, person)
            assert rules.may(undoes, moderator, person)


def test_of_themselves_only_the_owner_reads_who_reported_them():
    for role, other_role in product(ROLES, ROLES):
        assert rules.sees_reports_about(User(id=1, role=role), User(id=2, role=other_role))
        myself = User(id=1, role=role)
        assert rules.sees_reports_about(myself, myself) == (role == "owner")


def test_nobody_reports_themselves():
    rules.check_may_report(User(id=1), User(id=2))
    with pytest.raises(Forbidden):
        rules.check_may_report(User(id=1), User(id=1))


def test_who_is_signed_in_is_offered_to_report_what_is_not_their_own():
    entry = Entry(author_id=1)
    assert rules.may_report(User(id=2), entry)
    assert not rules.may_report(User(id=1), entry)
    assert not rules.may_report(None, entry)


signs = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n")


@given(st.text(signs, max_size=1000).filter(str.strip))
def test_a_reason_is_kept_as_it_was_said(text):
    assert rules.clean_reason(text) == text.strip()
    assert rules.clean_reason(text.replace("\n", "\r\n")) == text.strip()


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * 1001, "a\x00b", "\ud800"])
def test_a_reason_must_say_something_and_not_too_much(text):
    with pytest.raises(Invalid) as refused:
        rules.clean_reason(text)
    assert set(refused.value.fields) == {"reason"}


def test_a_note_may_stay_empty():
    assert rules.clean_note(" ") == ""
    assert rules.clean_note(" So it is.\r\n\r\nYes. ") == "So it is.\n\nYes."
    with pytest.raises(Invalid):
        rules.clean_note("x" * 1001)
