"""A certificate of the site's own making, so that https works on a laptop; a browser asks once whether to trust it."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from commonplace.core import clock

LIFETIME = timedelta(days=825)  # no system trusts one that lasts longer
RENEWED_BEFORE = timedelta(days=7)
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """Where the certificate and its key are kept, both as PEM."""

    path: Path
    key_path: Path


def ensure_certificate(data_dir: Path, host: str) -> Certificate:
    """Return a certificate for `host` and this machine, made anew when it is missing, old, or for another host."""
    folder = data_dir / "certificate"
    certificate = Certificate(folder / "certificate.pem", folder / "key.pem")
    names = _alternative_names(host)
    if not _is_good(certificate, names):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _sign(key, host, names)
        _write(certificate.key_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        _write(certificate.path, made.public_bytes(Encoding.PEM))
    return certificate


def _alternative_names(host: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general_name(name) for name in dict.fromkeys((host, *THIS_MACHINE))])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _is_good(certificate: Certificate, names: x509.SubjectAlternativeName) -> bool:
    try:
        found = x509.load_pem_x509_certificate(certificate.path.read_bytes())
        key = load_pem_private_key(certificate.key_path.read_bytes(), password=None)
        is_for = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    lasts = found.not_valid_before_utc <= clock.now() < found.not_valid_after_utc - RENEWED_BEFORE
    return lasts and is_for == names and _public_bytes(found) == _public_bytes(key)


def _public_bytes(holder: x509.Certificate | PrivateKeyTypes) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _sign(key: ec.EllipticCurvePrivateKey, host: str, names: x509.SubjectAlternativeName) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    today = clock.now()
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (names, False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (identifier, False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(hours=1))  # a clock may be a little slow
        .not_valid_after(today - timedelta(hours=1) + LIFETIME)
    )
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(key, SHA256())


def _write(path: Path, content: bytes) -> None:
    aside = path.with_suffix(".new")
    aside.touch(mode=0o600)
    aside.write_bytes(content)
    aside.replace(path)
