import pytest
from flask.views import MethodView

from commonplace.api import extension
from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.guards import administers, anyone, reads, writes
from commonplace.users.service_tokens import create_token
from tests.doors import sign_in
from tests.factories import PASSWORD, make_user

SCOPES = {"anyone": "read", "reads": "read", "writes": "write", "administers": "admin"}
GUARDS = {guard.__name__: guard for guard in (anyone, reads, writes, administers)}


@pytest.fixture(autouse=True)
def rooms(app):
    operations = ApiBlueprint("rooms_api", __name__, description="Rooms.")
    for name, guard in GUARDS.items():

        class Room(MethodView):
            @guard
            @operations.response(204)
            def get(self):
                """Go in."""
                return "", 204

        operations.route(f"/rooms/{name}", endpoint=name)(Room)
    extension.add(app, operations)


@pytest.fixture
def ada(session):
    ada = make_user(session, "ada")
    session.commit()
    return ada


@pytest.fixture
def token(session, ada):
    def token(*scopes):
        _, secret = create_token(session, ada, label="x", scopes=list(scopes), expires_on=None)
        session.commit()
        return {"Authorization": f"Bearer {secret}"}

    return token


@pytest.mark.parametrize("room", GUARDS)
def test_nobody_in_particular_is_let_in_where_anyone_is(client, room):
    response = client.get(f"/api/v1/rooms/{room}")
    assert response.status_code == (204 if room == "anyone" else 401)


@pytest.mark.parametrize("room", GUARDS)
def test_name_and_password_open_everything(client, ada, room):
    assert client.get(f"/api/v1/rooms/{room}", auth=("ada", PASSWORD)).status_code == 204


@pytest.mark.parametrize("room", GUARDS)
@pytest.mark.parametrize("scope", ["read", "write", "admin"])
def test_a_token_opens_what_its_scope_says(client, token, room, scope):
    response = client.get(f"/api/v1/rooms/{room}", headers=token(scope))
    if scope == SCOPES[room]:
        assert response.status_code == 204
    else:
        assert response.status_code == 403
        assert response.json["message"] == f"This token lacks the scope “{SCOPES[room]}”."


@pytest.mark.parametrize("room", GUARDS)
@pytest.mark.parametrize(
    "header", ["Bearer cpl_wrong", "Bearer", "Basic !!!", "Basic YWRhOndyb25n", "Digest x", "x", "", "Bearer é"]
)
def test_who_says_wrongly_who_they_are_is_let_in_nowhere(client, ada, room, header):
    response = client.get(f"/api/v1/rooms/{room}", headers={"Authorization": header.encode().decode("latin-1")})
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"].startswith("Bearer realm=")


@pytest.mark.parametrize("room", ["reads", "writes", "administers"])
def test_a_browser_that_is_signed_in_is_nobody_here(client, ada, room):
    sign_in(client, ada)
    assert client.get(f"/api/v1/rooms/{room}").status_code == 401


@pytest.mark.parametrize("room", GUARDS)
def test_a_guard_is_told_in_the_document(client, room):
    described = client.get("/api/v1/openapi.json").json["paths"][f"/rooms/{room}"]["get"]["security"]
    schemes = [{"bearer": [SCOPES[room]]}, {"basic": []}]
    assert described == ([{}, *schemes] if room == "anyone" else schemes)
