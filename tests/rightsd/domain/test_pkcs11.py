import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import pkcs11
from rightsd.errors import Code, RightsError

QUERY = "?module-path=/usr/lib/hsm.so&pin-source=file:/run/pin"
GOOD = f"pkcs11:token=The%20token;serial=a1;object=key%3B1;id=%A1%00;type=private{QUERY}"


def refused(uri: str) -> str:
    with pytest.raises(RightsError) as caught:
        pkcs11.parse(uri)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def test_a_uri_names_a_key_and_how_to_get_at_it() -> None:
    key = pkcs11.parse(GOOD)

    assert (key.token, key.serial, key.label, key.id) == ("The token", "a1", "key;1", b"\xa1\x00")
    assert (str(key.module), str(key.pin_file)) == ("/usr/lib/hsm.so", "/run/pin")


def test_files_are_named_with_or_without_a_host() -> None:
    assert pkcs11.parse(GOOD.replace("file:/run", "file:///run")) == pkcs11.parse(GOOD)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("https://hsm.example/key", "begins with pkcs11:"),
        (f"pkcs11:{'a' * pkcs11.URI_CHARS_MAX}", "characters at most"),
        (f"pkcs11:object=k{QUERY}", "names a token"),
        (f"pkcs11:token=t{QUERY}", "names a key"),
        (f"pkcs11:token=t;object=k;type=cert{QUERY}", "private key"),
        # An attribute that was passed over would leave more keys than were meant.
        (f"pkcs11:token=t;object=k;manufacturer=m{QUERY}", "and no other"),
        (f"pkcs11:token=t;token=u;object=k{QUERY}", "and no other"),
        (f"pkcs11:token=t;object=k%2{QUERY}", "and no other"),
        (f"pkcs11:token=t;object=%FF{QUERY}", "UTF-8"),
        ("pkcs11:token=t;object=k?pin-source=file:/run/pin", "module-path"),
        ("pkcs11:token=t;object=k?module-path=hsm.so&pin-source=file:/run/pin", "module-path"),
        ("pkcs11:token=t;object=k?module-path=/hsm.so", "pin-source"),
        ("pkcs11:token=t;object=k?module-path=/hsm.so&pin-source=/run/pin", "pin-source"),
        ("pkcs11:token=t;object=k?module-path=/hsm.so&pin-source=%7Ccat", "pin-source"),
        ("pkcs11:token=t;object=k?module-path=/hsm%00.so&pin-source=file:/run/pin", "module-path"),
    ],
)
def test_a_uri_that_does_not_say_which_key_is_refused(uri: str, said: str) -> None:
    assert said in refused(uri)


def test_a_pin_is_not_taken_from_the_uri_nor_repeated() -> None:
    detail = refused("pkcs11:token=t;object=k?module-path=/hsm.so&pin-value=31415")

    assert "pin-source" in detail
    assert "31415" not in detail


@given(st.text(max_size=200))
def test_anything_else_is_refused_or_read(text: str) -> None:
    with contextlib.suppress(RightsError):
        pkcs11.parse(f"pkcs11:{text}")
