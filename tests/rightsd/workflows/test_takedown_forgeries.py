"""Proofs of takedowns by someone who writes the log as well, and so can make entries fit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rightsd.domain import webhook
from rightsd.domain.acknowledgement import Outcome
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, verifying
from rightsd.workflows.exports.scopes import Takedown
from rightsd.workflows.exports.verifying import Audited
from tests import bundles, takedowns
from tests.bundles import SIGNER
from tests.takedowns import CONSENT, FLIX, KEYS, TUBE, Made

IDENTITY = bytes([1]) + bytes(31)  # As a key: the signature of nobody, (IDENTITY, 0), is good.


def verify(tmp_path: Path, made: Made) -> Audited:
    parts = takedowns.members(made, Takedown(CONSENT))
    trust = verifying.trust_keys([SIGNER.vkey])
    return verifying.verify(bundles.pack(tmp_path / "b.tar", parts), trust)


def refusal(tmp_path: Path, made: Made) -> str:
    with pytest.raises(RightsError) as caught:
        verify(tmp_path, made)
    assert caught.value.code is Code.INVALID
    return caught.value.detail


def test_a_key_under_which_anyone_can_sign_proves_nothing(tmp_path: Path) -> None:
    made = takedowns.revoked()
    weak = webhook.write_public_key(IDENTITY)
    made.happen("platform.changed", TUBE, acknowledgement_key=weak)
    forged = made.answer(made.told[3], Outcome.REMOVED, KEYS[1])
    made.signed[-1] = replace(forged, signature=IDENTITY + bytes(32))

    assert f"no key of {TUBE} that can be read" in refusal(tmp_path, made)


def test_one_signature_cannot_answer_for_two_entries(tmp_path: Path) -> None:
    made = takedowns.revoked()
    first = made.signed[1]  # Removed, in one platform's word, and once more by the daemon's.
    event = next(one for one in made.events if one.subject == first.id)
    made.happen(event.kind, takedowns.name("ack", 9), **event.data)
    made.signed.append(replace(first, id=takedowns.name("ack", 9)))

    assert "removed cannot follow removed" in refusal(tmp_path, made)


def test_a_delivery_cannot_be_told_of_twice_to_look_like_more(tmp_path: Path) -> None:
    made = takedowns.revoked()
    made.told.append(replace(made.told[0], id=takedowns.name("dlv", 9)))

    assert f"{FLIX} is told of {made.told[0].event_id} already" in refusal(tmp_path, made)


def test_entries_are_those_of_the_log(tmp_path: Path) -> None:
    made = takedowns.revoked()
    parts = takedowns.members(made, Takedown(CONSENT))
    lines = parts[layout.ENTRIES].splitlines()
    line = json.loads(lines[-1])
    line["entry"] = line["entry"].replace('"licensed"', '"no_copy"')
    assert line["entry"] != json.loads(lines[-1])["entry"]
    parts[layout.ENTRIES] = bundles.joined([*lines[:-1], layout.line(line)])

    with pytest.raises(RightsError) as caught:
        verifying.verify(bundles.pack(tmp_path / "b.tar", parts), None)

    assert "its proof does not hold" in caught.value.detail
