from pathlib import Path

import pytest
from pydantic import ValidationError

from commonplace.config import PREFIX, Settings, SettingsError, list_unknown_variables, wrong_setting
from tests.commands import begin, finish

SECRET = "hunter2"
WRONG = {
    "database_url": [
        "mysql://x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "x",
        "postgresql+asyncpg://x",
        "http://[",
    ],
    "redis_url": ["http://x", "redis", "redis://x:port", "redis://["],
    "broker_url": ["http://x", "memory://", "amqp://x:port", "sqlite:///x"],
    "storage_url": ["/srv/files", "file://srv/files", "s3://bucket", "file:"],
    "secret_keys": [],
    "site_name": ["", "  ", "x" * 61, "a\nb", "a\x1b[31m"],
    "site_url": [
        "",
        "commonplace.example",
        "ftp://x",
        "http://",
        "http://x?a",
        "http://x#a",
        "http://x:port",
        "http://a@b",
        "http://[",
    ],
    "signup": ["", "everyone", "Open"],
    "kinds": [],
    "feed": ["", "x", "Read", "read,write"],
    "upload_max_bytes": ["", "x", "1023", "-1", "1.5", "32 MiB"],
    "smtp_url": ["x", "http://x", "smtp://", "smtp://:25", "smtp://x:port", "smtp://["],
    "trusted_proxies": ["", "x", "-1", "11", "1.5", "yes"],
    "live_connections": ["", "x", "-1", "5001", "1.5", "all"],
    "outbound_proxy": ["127.0.0.1:3128", "socks5://x", "http://", "http://x:port"],
    "outbound_allow": ["127.0.0.1", "http://x,y", "ftp://x", "http://x:port"],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in list_unknown_variables():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_wrong_value_is_told_in_one_line_with_its_variable_fault_and_example(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name.upper(), value)
    with pytest.raises(SettingsError) as refused:
        Settings.read()
    told = str(refused.value)
    fault, _, example = told.partition(f" Example: {PREFIX}{name.upper()}=")
    assert fault.startswith(f"{PREFIX}{name.upper()} is wrong: ")
    assert len(fault) > len(f"{PREFIX}{name.upper()} is wrong: .")
    assert example
    assert "\n" not in told


@pytest.mark.parametrize("name", [name for name in WRONG if name not in {"secret_keys", "kinds", "site_name"}])
def test_the_value_itself_is_never_told(monkeypatch, name):
    monkeypatch.setenv(PREFIX + name.upper(), f"{SECRET}://{SECRET}:{SECRET}\u2100@[{SECRET}")
    with pytest.raises(SettingsError) as refused:
        Settings.read()
    assert SECRET not in str(refused.value)


def test_every_field_has_wrong_values_to_try_or_takes_any():
    assert set(Settings.model_fields) - set(WRONG) == {"data_dir"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signup", "everyone"),
        ("trusted_proxies", "many"),
        ("site_url", "nowhere"),
        ("secret_keys", "change-me-change-me-change-me-change-me"),
        ("secret_keys", "too short"),
        ("kinds", "poems"),
        ("data_dir", "/dev/null/x"),
        ("storage_url", "file:///dev/null/x"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_and_status_2(tmp_path, name, value):
    command = (
        begin(tmp_path, "run", "--port", "0", **{name: value}) if name != "data_dir" else begin(Path(value), "run")
    )
    status, out, err = finish(command)
    assert (status, out) == (2, b"")
    assert err.count(b"\n") == 1
    assert err.startswith(f"commonplace: {PREFIX}{name.upper()} is wrong: ".encode())
    assert value.encode() not in err


def test_the_environment_is_read_in_any_case_and_what_is_given_goes_before_it(monkeypatch):
    monkeypatch.setenv("commonplace_site_name", "The Kitchen Table")
    assert Settings.read().site_name == "The Kitchen Table"
    assert Settings.read(site_name="The Attic").site_name == "The Attic"


def test_lists_are_comma_separated(monkeypatch):
    monkeypatch.setenv("COMMONPLACE_KINDS", " snaps , ,posts,")
    monkeypatch.setenv("COMMONPLACE_OUTBOUND_ALLOW", "http://a/,https://b/")
    monkeypatch.setenv("COMMONPLACE_SECRET_KEYS", "one,two")
    settings = Settings.read()
    assert (settings.kinds, settings.outbound_allow) == (("snaps", "posts"), ("http://a/", "https://b/"))
    assert [key.get_secret_value() for key in settings.secret_keys] == ["one", "two"]
    assert "one" not in repr(settings)


def test_a_site_that_says_nothing_lives_in_its_data_folder(tmp_path):
    settings = Settings.read()
    assert settings.database == f"sqlite:///{tmp_path}/data/commonplace.sqlite3"
    assert settings.storage == f"file://{tmp_path}/data/files"
    assert (settings.is_embedded, settings.is_https, settings.is_loopback) == (True, False, True)


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        Settings.read().site_name = "Other"


@pytest.mark.parametrize("url", ["postgres://h/x", "postgresql://h/x", "postgresql+psycopg://h/x"])
def test_any_spelling_of_postgresql_is_the_one_with_its_driver(url):
    settings = Settings.read(database_url=url)
    assert (settings.database, settings.is_embedded) == ("postgresql+psycopg://h/x", False)


@pytest.mark.parametrize(
    ("url", "is_https", "is_loopback"),
    [
        ("http://127.0.0.1:5000", False, True),
        ("http://localhost/", False, True),
        ("https://[::1]:5000", True, True),
        ("https://commonplace.example/below/", True, False),
        ("http://0.0.0.0:5000", False, False),
        ("http://localhost.example", False, False),
    ],
)
def test_the_address_says_whether_it_is_by_https_and_whether_it_is_for_this_machine_alone(url, is_https, is_loopback):
    settings = Settings.read(site_url=url)
    assert (settings.is_https, settings.is_loopback) == (is_https, is_loopback)
    assert not settings.site_url.endswith("/")


def test_misspelt_variables_are_found(monkeypatch):
    for name in ("COMMONPLACE_SITENAME", "commonplace_kindz", "COMMONPLACE_SITE_NAME", "commonplace_kinds", "OTHER"):
        monkeypatch.setenv(name, "x")
    assert list_unknown_variables() == ["COMMONPLACE_SITENAME", "commonplace_kindz"]


def test_every_field_is_documented_with_an_example_that_is_right():
    for name, field in Settings.model_fields.items():
        assert field.description.endswith(".")
        (example,) = field.examples
        Settings.read(**{name: example})
        assert str(wrong_setting(name, "it is")) == (
            f"{PREFIX}{name.upper()} is wrong: it is. Example: {PREFIX}{name.upper()}={example}"
        )


def test_a_data_folder_left_empty_is_the_default_one(monkeypatch):
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", "")
    assert Settings.read().data_dir == Settings.model_fields["data_dir"].default == Path("data")


def test_links_lead_to_where_the_site_listens_unless_a_setting_says_otherwise(monkeypatch):
    listening = Settings.read_at("http://127.0.0.1:5117")
    assert (listening.site_url, listening.is_address_chosen) == ("http://127.0.0.1:5117", False)
    monkeypatch.setenv("COMMONPLACE_SITE_URL", "https://book.example")
    chosen = Settings.read_at("http://127.0.0.1:5117")
    assert (chosen.site_url, chosen.is_address_chosen) == ("https://book.example", True)
