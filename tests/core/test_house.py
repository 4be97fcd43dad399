import logging
import stat

import pytest

from commonplace.config import Settings, SettingsError
from commonplace.core.house import House, house_of
from commonplace.core.outbound import OutboundRefused

STRONG = "a-strong-key-qwertzuiopasdfghj-24680"


def build(data_dir, **given):
    return House.build(Settings.read(data_dir=data_dir, **given))


def test_a_house_needs_nothing_but_a_folder_which_it_makes(tmp_path):
    house = build(tmp_path / "deep" / "data")
    house.storage.put("a", b"b")
    assert (tmp_path / "deep" / "data" / "files" / "a").read_bytes() == b"b"
    assert house.database.is_sqlite
    assert house.cache.get_or_make("key", lambda: "made") == "made"


def test_its_keys_stay_the_same_and_are_for_itself_alone(tmp_path):
    assert build(tmp_path).keys.signing_keys == build(tmp_path).keys.signing_keys
    assert stat.S_IMODE((tmp_path / "secret_keys").stat().st_mode) == 0o600
    assert build(tmp_path, secret_keys=STRONG).keys.signing_keys == (STRONG,)


WRONG = {
    "secret_keys": ["short", "change-me-change-me-change-me-change-me", "a" * 40, f"{STRONG},secret", "password" * 5],
    "database_url": ["postgresql+psycopg://name:pass word@[nowhere", "postgresql+psycopg://h:port/x"],
    "storage_url": ["file:///dev/null/files", "file:///srv?hunter2", "file:///proc/hunter2"],
    "redis_url": ["redis://127.0.0.1/0?socket_timeout=hunter2"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_setting_that_cannot_be_used_is_named_in_one_line_and_never_shown(tmp_path, name, value):
    with pytest.raises(SettingsError) as refused:
        build(tmp_path, **{name: value})
    told, _, example = str(refused.value).partition(" Example: ")
    assert told.startswith(f"COMMONPLACE_{name.upper()} is wrong: ")
    assert example.startswith(f"COMMONPLACE_{name.upper()}=")
    assert "\n" not in told
    assert not [part for part in (value, "hunter2", "pass word") if part in told]


def test_a_file_that_cannot_be_a_database_is_a_wrong_setting(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    (tmp_path / "empty.sqlite3").touch()
    for name, reason in (
        ("nowhere/x.sqlite3", "the folder of that file is not there"),
        ("photo.jpg", "that file is no SQLite database"),
        ("", "that place cannot be used"),
    ):
        with pytest.raises(SettingsError, match=f"^COMMONPLACE_DATABASE_URL is wrong: {reason}"):
            build(tmp_path / "data", database_url=f"sqlite:///{tmp_path}/{name}")
    build(tmp_path / "data", database_url=f"sqlite:///{tmp_path}/empty.sqlite3").database.dispose()
    (tmp_path / "data" / "commonplace.sqlite3").write_text("no database")
    with pytest.raises(SettingsError, match=r"^COMMONPLACE_DATA_DIR is wrong: that file is no SQLite database"):
        build(tmp_path / "data")


@pytest.mark.parametrize("data_dir", ["/dev/null/data", "/proc/data"])
def test_a_data_folder_that_cannot_be_made_is_named(data_dir):
    with pytest.raises(
        SettingsError, match=r"^COMMONPLACE_DATA_DIR is wrong: that place cannot be used \(.+\)\. Example"
    ):
        build(data_dir)


def test_variables_that_are_no_settings_are_told_of_in_one_line(tmp_path, monkeypatch, caplog):
    for name in ("COMMONPLACE_SITENAME", "commonplace_site_nmae"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("COMMONPLACE_SITE_NAME", "The Kitchen Table")
    monkeypatch.delenv("TEST_DATABASE", raising=False)
    with caplog.at_level(logging.WARNING):
        build(tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        "no such settings, so they are ignored: COMMONPLACE_SITENAME, commonplace_site_nmae"
    ]


def test_a_session_leads_to_its_house_whether_it_reads_or_writes(house):
    with house.database.reading() as session:
        assert house_of(session) is house
    house.database.dispose()
    with house.database.writing() as session:
        assert house_of(session) is house


def test_it_fetches_by_one_client_which_keeps_to_the_settings(house):
    assert house.outbound is house.outbound
    with pytest.raises(OutboundRefused):
        house.outbound.request("GET", "http://127.0.0.1:1/")
