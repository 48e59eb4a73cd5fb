"""A certificate for the server, and what makes tw trust it."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509 import load_pem_x509_certificate


def server_context() -> tuple[ssl.SSLContext, bytes]:
    """Return what a server for localhost speaks https with, and the certificate of the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context, authority.cert_pem.bytes()


def write_trust_store(authority: bytes, path: Path) -> str:
    """Write a trust store of Java's that holds one authority, and return the word that makes tw use it."""
    certificate = pkcs12.PKCS12Certificate(load_pem_x509_certificate(authority), b"simulated")
    path.write_bytes(pkcs12.serialize_java_truststore([certificate], NoEncryption()))
    return f"-Djavax.net.ssl.trustStore={path}"
