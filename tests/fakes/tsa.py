"""A time-stamping authority (RFC 3161) on loopback, as good or as bad as a test wants it.

It is a thread and not a process: it keeps no state, and the library that asks it holds no lock of
ours meanwhile.
"""

import contextlib
import hashlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC)


@dataclass
class Authority:
    """Who it is, what time it says that it is, and how it behaves.

    Attributes:
        at: The time that it tells; None: the time that it is.
        answer: What it answers, whatever it is asked: None for a time-stamp.
        status: HTTP status.
    """

    root: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    at: datetime | None = None
    answer: bytes | None = None
    status: int = 200
    asked: int = field(default=0)

    @property
    def root_pem(self) -> str:
        return self.root.public_bytes(Encoding.PEM).decode()

    def stamp(self, query: bytes) -> bytes:
        """Return the answer to a query, DER."""
        request = tsp.TimeStampReq.load(query)
        at = (self.at or datetime.now(UTC)).replace(microsecond=0)
        token: dict[str, Any] = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": at,
            "accuracy": {"seconds": 1},
        }
        if request["nonce"].native is not None:
            token["nonce"] = request["nonce"].native
        signed = self._sign(tsp.TSTInfo(token).dump(), at)
        return tsp.TimeStampResp(
            {
                "status": {"status": "granted"},
                "time_stamp_token": {"content_type": "signed_data", "content": signed},
            }
        ).dump()

    def _sign(self, content: bytes, at: datetime) -> cms.SignedData:
        der = self.certificate.public_bytes(Encoding.DER)
        own = asn1.Certificate.load(der)
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        named = tsp.ESSCertIDv2(
            {"hash_algorithm": digest, "cert_hash": hashlib.sha256(der).digest()}
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "signing_time", "values": [cms.Time({"utc_time": at})]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [named]})],
                },
            ]
        )
        issuer = cms.IssuerAndSerialNumber(
            {"issuer": own.issuer, "serial_number": own.serial_number}
        )
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [own],
                "signer_infos": [signer],
            }
        )


def create(called: str = "time-stamps") -> Authority:
    """Return an authority with a root of its own."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    mark = secrets.token_hex(4)
    root_name, name = _name(f"time-stamp root {mark}"), _name(f"{called} {mark}")
    root = (
        _certificate(root_name, root_name, root_key, root_key, ca=True)
        .add_extension(_usage(ca=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        _certificate(name, root_name, key, root_key, ca=False)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(root, own, key)


@contextlib.contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """Serve on loopback; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked += 1
            body = authority.stamp(query) if authority.answer is None else authority.answer
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join()


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "time-stamps for tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.CertificateBuilder:
    """Return what becomes a certificate; it began long ago, so that the past can be stamped."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1000))
        .not_valid_after(NOW + timedelta(days=1000))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
