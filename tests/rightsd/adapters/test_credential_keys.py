"""The keys of credentials: by number, sealed, the newest signs."""

from pathlib import Path

import pytest

from rightsd.adapters import jose
from rightsd.adapters.keys import CredentialKeys, Keys
from rightsd.errors import Code, RightsError

PHRASE = b"correct horse battery"


def ring(folder: Path) -> CredentialKeys:
    return CredentialKeys(Keys(folder, PHRASE))


def test_the_first_key_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    first = ring(tmp_path / "keys").signer()

    again = ring(tmp_path / "keys").all()

    assert [signer.kid for signer in again] == [first.kid]
    assert (tmp_path / "keys" / "credential-0001.es256").exists()


def test_what_it_signs_verifies_after_a_restart(tmp_path: Path) -> None:
    token = jose.sign(ring(tmp_path).signer(), "a+jwt", {"a": 1})

    keys = jose.parse_key_set(jose.key_set(each.public for each in ring(tmp_path).all()))

    assert jose.verify(token, keys, typ="a+jwt").claims == {"a": 1}


def test_the_next_key_signs_at_once_in_whatever_process(tmp_path: Path) -> None:
    here, there = ring(tmp_path), ring(tmp_path)
    old = here.signer()

    made = there.rotate()

    assert here.signer().kid == made.kid != old.kid
    assert [signer.kid for signer in here.all()] == [old.kid, made.kid]


def test_a_key_whose_file_is_gone_is_published_no_more(tmp_path: Path) -> None:
    keys = ring(tmp_path)
    keys.signer()
    made = keys.rotate()

    (tmp_path / "credential-0001.es256").unlink()

    assert [signer.kid for signer in keys.all()] == [made.kid]
    assert keys.rotate().kid != made.kid
    assert (tmp_path / "credential-0003.es256").exists()


def test_one_key_put_in_the_place_of_another_does_not_open(tmp_path: Path) -> None:
    keys = ring(tmp_path)
    keys.signer()
    keys.rotate()

    (tmp_path / "credential-0001.es256").replace(tmp_path / "credential-0002.es256")

    with pytest.raises(RightsError) as caught:
        ring(tmp_path).signer()
    assert caught.value.code is Code.UNAVAILABLE


def test_a_key_is_shown_by_no_one_who_prints_it(tmp_path: Path) -> None:
    signer = ring(tmp_path).signer()

    assert "sign=" not in repr(signer)
