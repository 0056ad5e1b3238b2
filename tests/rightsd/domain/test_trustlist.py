"""Lists of whom to trust, as PEM and as C2PA publishes them."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import trustlist
from rightsd.domain.trust import Anchors
from rightsd.domain.trustlist import TrustListError
from tests.rightsd.adapters.credentialed import OURS, STRANGER

PUBLISHED = Path(__file__).parents[4] / "shared/standards/data/c2pa/conformance-public/trust-list"
TRUSTED = "http://c2pa.org/conformance/trust-list/trusted"
UNTRUSTED = "http://c2pa.org/conformance/trust-list/untrusted"


def service(pem: str, status: str = TRUSTED) -> dict[str, Any]:
    (body,) = [pem.replace("\n", "").split("-----")[2]]
    return {
        "ServiceInformation": {
            "ServiceName": [{"lang": "en", "value": "A CA"}],
            "ServiceDigitalIdentity": {"X509Certificates": [{"val": body}]},
            "ServiceStatus": status,
        }
    }


def listed(*services: object) -> bytes:
    entity = {"TrustedEntityInformation": {}, "TrustedEntityServices": list(services)}
    return json.dumps({"LoTE": {"TrustedEntitiesList": [entity]}}).encode()


def test_both_forms_say_the_same() -> None:
    written = f"Subject\tCN=us\n{OURS.root_pem}\n{STRANGER.root_pem}".encode()

    assert trustlist.parse(written) == OURS.root_pem + STRANGER.root_pem
    assert trustlist.parse(listed(service(OURS.root_pem), service(STRANGER.root_pem))) == (
        OURS.root_pem + STRANGER.root_pem
    )


def test_who_is_no_longer_trusted_is_left_out() -> None:
    data = listed(service(OURS.root_pem, UNTRUSTED), service(STRANGER.root_pem))

    assert trustlist.parse(data) == STRANGER.root_pem


def test_a_certificate_counts_once() -> None:
    assert trustlist.parse((OURS.root_pem * 3).encode()) == OURS.root_pem


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"LoTE": {"TrustedEntitiesList": {}}}',
        b'{"LoTE": {"TrustedEntitiesList": [7]}}',
        b"[" * 100_000,
        b"{" + b'"a":{' * 100_000,
        listed(),
        listed(service(OURS.root_pem, UNTRUSTED)),
        listed(service("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n")),
        b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
        bytes(trustlist.LIST_BYTES_MAX + 1),
        b"".join(
            b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            % base64.b64encode(number.to_bytes(2, "big"))
            for number in range(trustlist.CERTIFICATES_MAX + 1)
        ),
    ],
    ids=range(14),
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(TrustListError):
        trustlist.parse(data)


@pytest.mark.parametrize(("name", "count"), [("C2PA-TRUST-LIST", 30), ("C2PA-TSA-TRUST-LIST", 22)])
def test_the_published_lists_are_read(name: str, count: int) -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published lists are not here")

    as_json, as_pem = (
        trustlist.parse((PUBLISHED / f"{name}.{form}").read_bytes()) for form in ("json", "pem")
    )

    certificates = x509.load_pem_x509_certificates(as_json.encode())
    assert len(certificates) == count
    assert set(certificates) == set(x509.load_pem_x509_certificates(as_pem.encode()))


def test_what_anchors_are_known_by_tells_them_apart() -> None:
    both = {Anchors("a", "b").sha256, Anchors("ab", "").sha256, Anchors("", "ab").sha256}

    assert len(both) == 3


NAMES = [
    "LoTE",
    "TrustedEntitiesList",
    "TrustedEntityServices",
    "ServiceInformation",
    "ServiceStatus",
    "ServiceDigitalIdentity",
    "X509Certificates",
    "val",
]
SAID = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([TRUSTED, ""]),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=4)
    ),
    max_leaves=20,
)
LISTS = (
    st.binary(max_size=300)
    | SAID.map(lambda said: json.dumps({"LoTE": said}).encode())
    | SAID.map(lambda said: listed(service(OURS.root_pem), said))
    | st.binary(max_size=60).map(
        lambda body: b"-----BEGIN CERTIFICATE-----\n" + body + b"\n-----END CERTIFICATE-----\n"
    )
)


@given(LISTS)
def test_whatever_it_is_it_has_one_form_or_is_no_list(data: bytes) -> None:
    try:
        parsed = trustlist.parse(data)
    except TrustListError:  # Anything else would be one too many.
        return

    assert parsed.isascii()
    assert trustlist.parse(parsed.encode()) == parsed
