import subprocess
import sys

import pytest

from commonplace.config import SettingsError
from commonplace.registry import choose_kinds, list_kinds

PLUGIN = """
from dataclasses import replace
from commonplace.snaps.kind import snaps

poems = replace(snaps, package="poems", name="poem")
"""


def test_every_kind_of_the_house_is_listed():
    assert [kind.package for kind in list_kinds()][:2] == ["posts", "snaps"]


def test_where_none_is_named_all_are_chosen():
    assert choose_kinds([]) == list_kinds()


def test_those_named_are_chosen_once_each_in_the_order_of_the_list():
    assert [kind.package for kind in choose_kinds(["snaps", "posts", "snaps"])] == ["posts", "snaps"]
    assert [kind.package for kind in choose_kinds(["snaps"])] == ["snaps"]


@pytest.mark.parametrize("wanted", [["poems"], ["snaps", "Snaps"], ["snap"]])
def test_one_that_is_not_installed_is_refused_with_those_that_are(wanted):
    with pytest.raises(SettingsError) as refused:
        choose_kinds(wanted)
    reason = "it names what is not installed here; known: posts, snaps"
    assert str(refused.value) == f"COMMONPLACE_KINDS is wrong: {reason}. Example: COMMONPLACE_KINDS=snaps"


def test_an_installed_package_joins_by_its_entry_point(tmp_path):
    (tmp_path / "plugin.py").write_text(PLUGIN)
    information = tmp_path / "plugin-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[commonplace.kinds]\npoems = plugin:poems\n")
    program = (
        f"import sys; sys.path.append({str(tmp_path)!r});"
        "from commonplace.registry import list_kinds; print(*(kind.package for kind in list_kinds()))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout.split() == [b"posts", b"snaps", b"poems"]


def test_a_worker_and_a_command_hear_what_happens():
    program = (
        "import commonplace.cli, commonplace.operations.worker; from commonplace.users.events import user_purged; "
    )
    program += "from commonplace.entries.events import entries_purged; "
    program += "print(bool(user_purged.receivers), bool(entries_purged.receivers))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "True True\n"
