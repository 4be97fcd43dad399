import json
import os
import pty
import sys
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from commonplace.terminal.printing import as_text, print_json, print_table

HOSTILE = [
    "[red]bold[/red]",
    ":fire:",
    "\x1b[31mred",
    "\x9b1mred",
    "two\nlines\r",
    "\u202etxt.exe",
    "\ud800",
    "n" * 300,
]


@given(st.text())
def test_any_value_is_shown_on_one_line_with_nothing_that_a_terminal_obeys(text):
    assert as_text(text).isprintable()


@given(st.text().filter(str.isprintable))
def test_what_can_be_shown_is_shown_as_it_is(text):
    assert as_text(text) == text


def test_no_value_is_an_empty_cell_and_times_are_told():
    assert as_text(None) == ""
    assert as_text(datetime(2026, 11, 20, tzinfo=UTC)) == "2026-11-20 00:00:00+00:00"


def test_in_a_pipe_each_row_is_one_line_of_plain_text_and_nothing_is_cut(capfd):
    print_table(("name", "created_on"), [{"name": name, "created_on": number} for number, name in enumerate(HOSTILE)])
    head, *lines = capfd.readouterr().out.splitlines()
    assert head.split() == ["name", "created", "on"]
    assert [line.split() for line in lines] == [[*as_text(name).split(), str(n)] for n, name in enumerate(HOSTILE)]
    assert "[red]bold[/red]" in lines[0]
    assert ":fire:" in lines[1]


def test_on_a_terminal_the_head_stands_out_and_values_still_give_no_orders(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        print_table(("name",), [{"name": name} for name in HOSTILE[:-2]])
    monkeypatch.undo()
    shown = os.read(reader, 65536).decode()
    os.close(reader)
    head, values = shown.split("\n", 1)
    assert "\x1b[1m" in head
    assert not {"\x1b", "\x9b", "\u202e"} & set(values)


def test_an_empty_table_is_its_head(capfd):
    print_table(("name", "size"), [])
    assert capfd.readouterr().out.split() == ["name", "size"]


def test_json_comes_out_as_it_went_in_with_times_as_text(capfd):
    data = {"name": "日本 \x1b[31m \u202e", "size": 2**53 - 1, "none": None, "on": datetime(2026, 1, 1, tzinfo=UTC)}
    print_json(data)
    out = capfd.readouterr().out
    assert json.loads(out) == data | {"on": "2026-01-01T00:00:00+00:00"}
    assert "日本" in out
    assert "\x1b" not in out
