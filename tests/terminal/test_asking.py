import getpass

import pytest

from commonplace.terminal.asking import NobodyThere, ask_for_password
from tests.commands import begin, finish


def test_without_a_terminal_it_says_in_one_line_what_to_use_instead(tmp_path):
    assert finish(begin(tmp_path, "init-db"))[0] == 0
    process = begin(tmp_path, "users", "create", "ada", "--email", "ada@example.org", start_new_session=True)
    status, out, err = finish(process, b"correct horse battery\ncorrect horse battery\n")
    assert status == 2
    assert out + err == b"commonplace: There is no terminal to type a password at: use --password-stdin.\n"


@pytest.mark.parametrize("command", ["drop-db", "db downgrade base"])
def test_a_question_that_nobody_answers_is_a_no_in_one_line(tmp_path, command):
    assert finish(begin(tmp_path, "init-db"))[0] == 0
    create = begin(tmp_path, "users", "create", "ada", "--email", "ada@example.org", "--password-stdin")
    assert finish(create, b"correct horse battery\n")[0] == 0
    status, out, err = finish(begin(tmp_path, *command.split()))
    assert (status, err) == (1, b"commonplace: That was not answered with yes, so nothing was done.\n")
    assert out.rstrip().endswith(b"[y/N]:")
    assert b"ada" in finish(begin(tmp_path, "users", "list"))[1]


def test_the_words_name_the_option(monkeypatch):
    def ask(*_args, **_kwargs):
        raise getpass.GetPassWarning

    monkeypatch.setattr("click.prompt", ask)
    with pytest.raises(NobodyThere, match="use --token-stdin"):
        ask_for_password("--token-stdin")
