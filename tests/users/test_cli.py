import json

import pytest
from click.testing import CliRunner

from commonplace.core import clock
from commonplace.terminal.commands import HouseGroup
from commonplace.users.cli import users
from commonplace.users.models import User
from commonplace.users.passwords import is_password
from tests.doors import send
from tests.factories import make_user


@pytest.fixture
def run(house):
    top = HouseGroup("commonplace", commands={"users": users})

    def invoke(*arguments, given=None):
        return CliRunner().invoke(top, ["users", *arguments], input=given, obj=house)

    return invoke


@pytest.fixture
def stored(house):
    def read(username):
        with house.database.reading() as session:
            return session.query(User).filter_by(username=username).one_or_none()

    return read


def test_an_account_is_made_with_a_password_typed_twice(run, stored):
    sentence = "a long sentence\n"
    result = run("create", "anna", "--email", "anna@example.org", given=sentence + sentence)
    assert (result.exit_code, "@anna is here, as owner." in result.stdout) == (0, True)
    assert "a long sentence" not in result.output
    assert is_password("a long sentence", stored("anna").password)


def test_a_program_gives_the_password_on_standard_input_and_a_role(run, stored):
    run("create", "anna", "--email", "a@example.org", "--password-stdin", given="a long sentence\n")
    arguments = ["create", "berta", "--email", "b@example.org", "--role", "moderator", "--password-stdin"]
    assert run(*arguments, given="another long sentence").exit_code == 0
    assert is_password("another long sentence", stored("berta").password)
    assert stored("berta").role == "moderator"


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [("admin", "a long sentence", "reserved"), ("anna", "short", "8 characters"), ("anna", "", "no password")],
)
def test_what_is_wrong_ends_with_one_line_and_status_1(run, stored, name, given, reason):
    result = run("create", name, "--email", "a@example.org", "--password-stdin", given=given)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert stored(name) is None


def test_accounts_are_listed_for_people_and_for_programs(run, session):
    anna = make_user(session, "anna", role="owner")
    anna.closed_on = clock.now()
    session.commit()
    assert "anna@example.org" in run("list").stdout
    listed = json.loads(run("list", "--json").stdout)
    assert [(row["username"], row["role"]) for row in listed] == [("anna", "owner")]
    assert "password" not in listed[0]


def test_a_role_is_given_but_the_last_owner_stays(run, session, stored):
    make_user(session, "anna", role="owner")
    make_user(session, "berta")
    session.commit()
    assert run("promote", "anna", "--role", "member").exit_code == 1
    assert run("promote", "berta", "--role", "owner").exit_code == 0
    assert run("promote", "anna", "--role", "member").exit_code == 0
    assert (stored("anna").role, stored("berta").role) == ("member", "owner")
    assert run("promote", "berta", "--role", "king").exit_code == 2
    assert run("promote", "nobody", "--role", "owner").exit_code == 1


def test_a_printed_link_sets_a_new_password(run, client, session, stored):
    make_user(session, "anna")
    session.commit()
    link = run("reset-password", "anna").stdout.strip()
    path = link.removeprefix("http://127.0.0.1:5000")
    assert send(client, path, password="another long sentence").status_code == 302
    assert is_password("another long sentence", stored("anna").password)


def test_a_password_is_set_at_once_from_standard_input(run, session, stored):
    make_user(session, "anna")
    session.commit()
    assert run("reset-password", "anna", "--password-stdin", given="another long sentence\n").exit_code == 0
    assert is_password("another long sentence", stored("anna").password)


def test_a_suspended_user_can_be_given_a_link_to_a_password_but_no_role(run, session, client):
    anna = make_user(session, "anna")
    anna.suspended_on = clock.now()
    session.commit()
    path = run("reset-password", "anna").stdout.strip().removeprefix("http://127.0.0.1:5000")
    assert client.get(path).status_code == 200
    assert run("promote", "anna", "--role", "owner").exit_code == 1
    assert json.loads(run("list", "--json").stdout)[0]["suspended_on"]
