import pytest

from commonplace.core.errors import Forbidden
from commonplace.users.current import may_administer, me, my_device, viewer
from commonplace.users.service_tokens import create_token
from tests.doors import sign_in
from tests.factories import PASSWORD, make_user

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def owner(session):
    user = make_user(session, "anna", role="owner")
    session.commit()
    return user


def bearer(session, user, *scopes):
    _, secret = create_token(session, user, label="scrape", scopes=scopes, expires_on=None)
    session.commit()
    return {"Authorization": f"Bearer {secret}"}


def test_nobody_is_looking_where_nobody_signed_in(app):
    with app.test_request_context("/"):
        assert viewer() is None
        assert not may_administer()
        with pytest.raises(Forbidden):
            me()


def test_on_the_api_there_is_a_viewer_and_no_device(app, owner):
    with app.test_request_context("/api/users/me", auth=("anna", PASSWORD)):
        app.preprocess_request()
        assert me().username == "anna"
        with pytest.raises(Forbidden):
            my_device()


def test_the_owner_reads_the_metrics_by_device_password_or_token(client, session, owner):
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 403
    assert client.get("/metrics", environ_base=ELSEWHERE, auth=("anna", PASSWORD)).status_code == 200
    admin = bearer(session, owner, "admin")
    assert client.get("/metrics", environ_base=ELSEWHERE, headers=admin).status_code == 200
    sign_in(client, owner)
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 200


def test_nobody_else_does(client, session, owner):
    berta = make_user(session, "berta", role="moderator")
    for headers, status in (
        (bearer(session, owner, "read", "write"), 403),
        (bearer(session, berta, "admin"), 403),
        ({"Authorization": "Bearer cpl_wrong"}, 401),
    ):
        assert client.get("/metrics", environ_base=ELSEWHERE, headers=headers).status_code == status
    assert client.get("/metrics", environ_base=ELSEWHERE, auth=("anna", "wrong")).status_code == 401
    sign_in(client, berta)
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 403
