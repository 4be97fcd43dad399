from datetime import timedelta

from commonplace.api.models import IdempotencyKey
from commonplace.api.service import GONE, KEPT, delete_old_keys, wipe_answers
from commonplace.core import clock


def add(session, key, **values):
    session.add(IdempotencyKey(caller="user 1", key=key, fingerprint="f", **({"status": 201} | values)))
    session.flush()


def test_keys_are_kept_for_a_day(session):
    add(session, "old", created_on=clock.now() - KEPT - timedelta(seconds=1))
    add(session, "new", created_on=clock.now() - KEPT + timedelta(minutes=1))
    delete_old_keys(session)
    assert [row.key for row in session.query(IdempotencyKey)] == ["new"]


def test_of_what_is_gone_the_key_alone_is_kept(session):
    for key in ("a_b", "axb"):
        add(session, key, location=f"/api/v1/snaps/{key}", body=b"text", etag="e")
    add(session, "empty", status=204, location="/api/snaps/a_b", body=b"")
    wipe_answers(session, [])
    wipe_answers(session, ["a_b", "c"])
    session.expire_all()
    rows = {row.key: (row.status, row.body, row.etag) for row in session.query(IdempotencyKey)}
    assert rows == {"a_b": (GONE, None, None), "axb": (201, b"text", "e"), "empty": (204, b"", None)}
