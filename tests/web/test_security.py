import pytest

from commonplace.core.keys import FILE_NAME
from commonplace.web.security import CONTENT_SECURITY_POLICY, HEADERS, UNRUNNABLE
from tests.factories import PASSWORD, make_snap, make_user
from tests.sites import site

ANSWERS = {
    "page": "/",
    "form": "/users/login",
    "asset": "/assets/0/site.css",
    "raw": "/snaps/{}/raw",
    "download": "/snaps/{}/download",
    "feed": "/snaps/newest.atom",
    "live": "/socket.io/",
    "redirect": "/users/settings",
    "merged slashes": "//explore",
    "not found": "/nowhere",
    "bad request": "/explore?cursor=x",
    "health": "/healthz",
    "metrics": "/metrics",
    "operation": "/api/v1/snaps",
    "problem": "/api/v1/nowhere",
    "unknown version": "/api/v9/snaps",
    "document": "/api/v1/openapi.json",
    "documentation": "/api/v1/docs",
    "unauthorized": "/api/v1/users/me",
}
KEPT_FOR_LONG = {"asset"}


@pytest.fixture
def key(session):
    key = make_snap(session, make_user(session, "ada")).hash_key
    session.commit()
    return key


@pytest.mark.parametrize("sort", ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE"])
def test_every_answer_carries_every_header(client, key, sort, method):
    headers = client.open(ANSWERS[sort].format(key), method=method).headers
    assert set(HEADERS) <= set(headers.keys())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] in {CONTENT_SECURITY_POLICY, UNRUNNABLE}
    assert len(headers["X-Request-Id"]) == 16
    assert "Strict-Transport-Security" not in headers
    assert not [name for name, _ in headers if name.startswith("Access-Control-")]
    is_kept = sort in KEPT_FOR_LONG and method in {"GET", "HEAD"}
    assert (headers["Cache-Control"] == "private, no-cache") is not is_kept


def test_nothing_inline_nothing_from_elsewhere_and_nothing_around_it():
    policy = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} <= {"'none'", "'self'", "data:"}


@pytest.mark.parametrize("sort", ["raw", "download"])
def test_what_a_user_gave_runs_nowhere(client, key, sort):
    headers = client.get(ANSWERS[sort].format(key)).headers
    assert headers["Content-Security-Policy"] == UNRUNNABLE
    assert "sandbox" in UNRUNNABLE


@pytest.mark.parametrize("sort", ANSWERS)
def test_browsers_are_asked_to_insist_on_https_only_where_the_site_has_it(tmp_path, sort):
    with site(tmp_path, site_url="https://commonplace.example") as app:
        headers = app.test_client().get(ANSWERS[sort].format("0" * 22)).headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_no_page_and_no_problem_names_a_file_a_key_or_a_password(app, client, house, session):
    ada = make_user(session, "ada")
    session.commit()
    secrets = [str(house.settings.data_dir), PASSWORD, ada.password, *house.keys.signing_keys, FILE_NAME]
    for path in ANSWERS.values():
        text = client.get(path.format("0" * 22), headers={"Accept-Encoding": "identity"}).text
        assert [secret for secret in secrets if secret in text] == []
