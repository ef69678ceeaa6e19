"""Signing pictures as a provider does: with c2pa-python and a chain of certificates made for the test."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

from c2pa import Builder, C2paSignerInfo, C2paSigningAlg, Reader, Signer  # type: ignore[import-untyped]  # it ships no types
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_MANIFEST = {
    "claim_generator_info": [{"name": "A provider", "version": "1"}],
    "title": "A picture",
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                    }
                ]
            },
        }
    ],
}


def signer_info() -> C2paSignerInfo:
    """Return a signer with a fresh key, certified by a fresh authority."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Test authority", "Test authority", authority_key, authority_key, is_authority=True)
    leaf = _certificate("A provider", "Test authority", key, authority_key, is_authority=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return C2paSignerInfo(C2paSigningAlg.ES256, leaf.public_bytes(pem) + authority.public_bytes(pem), private, None)


def signed(data: bytes, media_type: str, info: C2paSignerInfo) -> bytes:
    """Return the picture with a manifest that is signed and bound to its bytes."""
    target = io.BytesIO()
    with Signer.from_info(info) as signer, Builder(_MANIFEST) as builder:
        builder.sign(signer, media_type, io.BytesIO(data), target)
    return target.getvalue()


def verdict(data: bytes, media_type: str) -> tuple[str, list[str]]:
    """Return what c2pa says of a file's manifest: "Valid" or "Invalid", and the codes of what failed.

    That nobody vouches for our test authority is left out.
    """
    with Reader(media_type, io.BytesIO(data)) as reader:
        said = json.loads(reader.json())
    failures = [status["code"] for status in said.get("validation_status", [])]
    return said["validation_state"], [code for code in failures if code != "signingCredential.untrusted"]


def _certificate(
    name: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now_at = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now_at - timedelta(days=1))
        .not_valid_after(now_at + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not is_authority:
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(uses, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pinxit tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
