import socket
import ssl
import stat
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from cryptography import x509

from commonplace.operations.certificate import LIFETIME, RENEWED_BEFORE, ensure_certificate


def read(certificate):
    return x509.load_pem_x509_certificate(certificate.path.read_bytes())


def names(certificate):
    extension = read(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in extension.value}


def test_it_is_for_the_host_and_this_machine(tmp_path):
    assert names(ensure_certificate(tmp_path, "book.example")) == {"book.example", "localhost", "127.0.0.1", "::1"}
    assert names(ensure_certificate(tmp_path, "192.0.2.7")) == {"192.0.2.7", "localhost", "127.0.0.1", "::1"}
    assert names(ensure_certificate(tmp_path, "127.0.0.1")) == {"localhost", "127.0.0.1", "::1"}


def test_it_lasts_no_longer_than_systems_trust_it(tmp_path):
    made = read(ensure_certificate(tmp_path, "localhost"))
    assert made.not_valid_after_utc - made.not_valid_before_utc == LIFETIME <= timedelta(days=825)
    assert made.not_valid_before_utc < datetime.now(UTC)


def test_only_the_owner_can_read_the_key(tmp_path):
    certificate = ensure_certificate(tmp_path, "localhost")
    assert stat.S_IMODE(certificate.key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(certificate.key_path.parent.stat().st_mode) == 0o700


def test_it_is_kept_until_it_is_about_to_expire(tmp_path):
    with time_machine.travel("2026-11-20T12:00:00Z") as clock:
        first = ensure_certificate(tmp_path, "localhost").path.read_bytes()
        clock.shift(LIFETIME - RENEWED_BEFORE - timedelta(days=1))
        assert ensure_certificate(tmp_path, "localhost").path.read_bytes() == first
        clock.shift(timedelta(days=2))
        assert ensure_certificate(tmp_path, "localhost").path.read_bytes() != first


@pytest.mark.parametrize("content", [b"", b"not a key", None])
@pytest.mark.parametrize("part", ["path", "key_path"])
def test_a_damaged_one_is_made_anew(tmp_path, part, content):
    certificate = ensure_certificate(tmp_path, "localhost")
    path = getattr(certificate, part)
    path.unlink() if content is None else path.write_bytes(content)
    greet(ensure_certificate(tmp_path, "localhost"), "localhost")


def test_a_key_that_is_not_its_own_is_noticed(tmp_path):
    certificate = ensure_certificate(tmp_path / "a", "localhost")
    other = ensure_certificate(tmp_path / "b", "localhost")
    other.key_path.replace(certificate.key_path)
    greet(ensure_certificate(tmp_path / "a", "localhost"), "localhost")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "book.example"])
def test_whoever_trusts_it_can_speak_to_the_site(tmp_path, name):
    greet(ensure_certificate(tmp_path, "book.example"), name)


def greet(certificate, name):
    """Shake hands by TLS, both sides strict."""
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    inside.load_cert_chain(certificate.path, certificate.key_path)
    outside = ssl.create_default_context(cafile=certificate.path)
    outside.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()
    server = Thread(target=lambda: inside.wrap_socket(theirs, server_side=True).close())
    server.start()
    with outside.wrap_socket(ours, server_hostname=name) as session:
        assert session.version() == "TLSv1.3"
        server.join()
