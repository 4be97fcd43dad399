from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core import clock
from commonplace.core.errors import Invalid
from commonplace.users.models import Device
from commonplace.users.rules_sign_in import (
    IDLE,
    IDLE_REMEMBERED,
    check_expiry,
    check_password,
    is_alive,
    is_due,
    is_local_path,
    order_scopes,
)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "        x  y",
        "\u65e5\u672c\u8a9e\u306e\u30d1\u30b9\u30ef\u30fc\u30c9",
        "p\x00q rst uvw",
        "x\U0001f469y" * 300,
    ],
)
def test_any_signs_make_a_password(password):
    check_password(password, username="anna", email="anna@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "",
        "password",
        "PASSWORD",
        "12345678",
        "aaaaaaaaaa",
        "abababab",
        "anna-maria",
        "anna-maria@example.org",
        "x1" * 501,
        "\ud800bcdefghi",
    ],
)
def test_what_anybody_would_try_first_makes_none(password):
    with pytest.raises(Invalid) as refused:
        check_password(password, username="Anna-Maria", email="anna-maria@example.org")
    assert set(refused.value.fields) == {"password"}


def test_scopes_come_in_their_order_each_once():
    assert order_scopes(["admin", "read", "admin"]) == ("read", "admin")


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", ""]])
def test_no_scope_or_an_unknown_one_is_refused(scopes):
    with pytest.raises(Invalid):
        order_scopes(scopes)


@pytest.mark.parametrize(("is_remembered", "idle"), [(False, IDLE), (True, IDLE_REMEMBERED)])
def test_a_device_lives_until_it_is_idle(is_remembered, idle):
    now = clock.now()
    assert is_alive(Device(used_on=now - idle + timedelta(seconds=1), is_remembered=is_remembered), now)
    assert not is_alive(Device(used_on=now - idle, is_remembered=is_remembered), now)


def test_use_is_noted_every_five_minutes():
    now = clock.now()
    assert is_due(None, now)
    assert is_due(now - timedelta(minutes=5), now)
    assert not is_due(now - timedelta(minutes=4, seconds=59), now)


@pytest.mark.parametrize("days", [-1, 0, 3654])
def test_an_end_in_the_past_or_beyond_ten_years_is_refused(days):
    with pytest.raises(Invalid):
        check_expiry(clock.now() + timedelta(days=days))


@pytest.mark.parametrize("target", ["/", "/snaps/add?from=x#y", "/@anna", "/search?q=http://x"])
def test_paths_of_this_site_are_local(target):
    assert is_local_path(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "snaps",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "//[::1",
    ],
)
def test_what_leads_away_is_not(target):
    assert not is_local_path(target)


@given(st.text(st.sampled_from("/\\.:@?#[]ab \t\r\n\x00%"), max_size=12))
def test_a_local_path_never_leaves_the_site(target):
    if is_local_path(target):
        as_browsers_read_it = target.replace("\\", "/")
        assert urlsplit(urljoin("https://here.example/users/login", as_browsers_read_it)).netloc == "here.example"
