"""The certificate that signs outputs is renewed and revoked, and what that makes of its outputs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from rightsd import bootstrap
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import REVOKED
from rightsd.adapters.claims import ClaimSigner
from rightsd.db import certificates as rows
from rightsd.db import trustlists
from rightsd.db.tx import Tx
from rightsd.domain.certificate import Certificate, Reason
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.trust import Anchors
from rightsd.domain.verdict import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import certificates, manifests, verifications
from rightsd.workflows.generations import production, requests
from rightsd.workflows.notices import identifying
from rightsd.workflows.notices.identifying import By, Candidate
from tests import people
from tests.conftest import NOW, runtime
from tests.fakes import tsa
from tests.races import race
from tests.rightsd.adapters.credentialed import OURS, Signer, define, thumbnail, write_video
from tests.upholding import take_down

OTHER = Certificate("f" * 64, "0a", "CN=another")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stage:
    """A daemon whose outputs are time-stamped if that can be, and a creator."""

    rt: Runtime
    settings: Settings
    clock: tsa.Authority
    creator: Principal
    folder: Path

    def request(self) -> str:
        with self.rt.transaction() as tx:
            return requests.request(tx, self.creator, wanted=people.wanted(seconds=1)).id

    def make(self) -> Generation:
        """Return an output."""
        asked = self.request()
        production.produce(self.rt, asked)
        with self.rt.transaction() as tx:
            return requests.view(tx, self.creator, asked).generation

    def revoke(self, *, since: datetime | None = None) -> None:
        """Revoke the certificate that signs."""
        signing = self.rt.credentials.certificate()
        with self.rt.transaction() as tx:
            certificates.revoke(
                tx,
                signing.sha256,
                signing=signing,
                reason=Reason.KEY_COMPROMISE,
                revoked_from=since,
            )

    def rotate(self) -> None:
        bootstrap.open_keys(self.settings).rotate_claim_signer(self.rt.clock())

    def file(self, generation: Generation) -> Path:
        assert generation.output is not None
        path = self.folder / "file.mp4"
        with path.open("wb") as file:
            file.writelines(self.rt.blobs.open(generation.output.sha256))
        return path

    def verify(self, generation: Generation) -> verifications.Verification:
        return verifications.verify(self.rt, self.file(generation))

    def identify(self, generation: Generation) -> Candidate:
        """Return what tells which output a file shows."""
        (found,) = identifying.find(self.rt, self.file(generation))
        return found


@pytest.fixture
def stage(tmp_path: Path, dsn: str) -> Iterator[Stage]:
    clock = tsa.create()
    (tmp_path / "tsa.pem").write_text(clock.root_pem)
    with tsa.serving(clock) as url:
        settings = Settings(
            home=tmp_path / "home",
            database_url=dsn,
            blobs_url=(tmp_path / "blobs").as_uri(),
            tsa_url=url,
            tsa_trust_list=tmp_path / "tsa.pem",
            time_stamps="preferred",
        )
        with runtime(settings) as rt:
            # Time-stamps tell whole seconds, so whom we trusted is settled some before.
            certificates.adopt_anchors(replace(rt, clock=lambda: rt.clock() - MINUTE))
            with rt.transaction() as tx:
                creator = people.account(tx, Role.CREATOR)
            yield Stage(rt, settings, clock, creator, tmp_path)


def signed(tx: Tx, certificate: Certificate = OTHER, at: datetime | None = None) -> None:
    """Note that an output was signed."""
    creator = people.account(tx, Role.CREATOR)
    generation = people.published(tx, creator)
    rows.insert_signing(tx, generation.id, rows.Signing(certificate, Anchors("a"), at))


def revoke(tx: Tx, sha256: str = OTHER.sha256, since: datetime | None = None) -> None:
    signing = Certificate("e" * 64, "0b", "CN=us")
    certificates.revoke(tx, sha256, signing=signing, reason=Reason.SUPERSEDED, revoked_from=since)


def test_a_revocation_is_on_record(tx: Tx) -> None:
    signed(tx)

    revoke(tx, since=NOW - DAY)

    assert rows.revocation_of(tx, OTHER.sha256) is not None
    assert rows.revoked_from(tx, OTHER.serial) == NOW - DAY
    row = tx.conn.execute(
        "SELECT body FROM ledger.intake WHERE kind = 'certificate.revoked'"
    ).fetchone()
    assert row is not None


def test_one_that_has_not_signed_yet_can_be_revoked(tx: Tx) -> None:
    revoke(tx, "e" * 64)

    assert rows.revoked_from(tx, "0b") == NOW


@pytest.mark.parametrize("serial", ["0c", None])
def test_others_stay_good(tx: Tx, serial: str | None) -> None:
    signed(tx)

    revoke(tx)

    assert rows.revoked_from(tx, serial) is None


def test_only_one_of_ours_is_revoked_only_once_and_not_in_the_future(tx: Tx) -> None:
    signed(tx)

    with pytest.raises(RightsError) as unknown:
        revoke(tx, "0" * 64)
    with pytest.raises(RightsError) as future:
        revoke(tx, since=NOW + DAY)
    revoke(tx)
    with pytest.raises(RightsError) as twice:
        revoke(tx)

    assert unknown.value.code is Code.NOT_FOUND
    assert future.value.code is Code.INVALID
    assert twice.value.code is Code.CONFLICT


def test_a_key_that_was_lost_even_earlier_is_revoked_from_then(tx: Tx) -> None:
    signed(tx)
    revoke(tx)

    revoke(tx, since=NOW - DAY)
    with pytest.raises(RightsError, match="Only an earlier time") as later:
        revoke(tx, since=NOW - DAY / 2)

    assert later.value.code is Code.CONFLICT
    assert rows.revoked_from(tx, OTHER.serial) == NOW - DAY


def test_what_each_signed_is_counted(tx: Tx) -> None:
    signed(tx)
    signed(tx, at=NOW)

    revoke(tx)

    (usage,) = certificates.usages(tx)
    assert (usage.sha256, usage.outputs, usage.undated) == (OTHER.sha256, 2, 1)
    assert usage.revoked_from == NOW


def test_a_list_is_adopted_when_it_is_another(tx: Tx) -> None:
    for pem in ("a", "a", "b", "a"):
        trustlists.adopt(tx, Anchors(pem))

    assert [each.anchors.claims_pem for each in trustlists.history(tx)] == ["a", "b", "a"]
    assert all(each.since == NOW for each in trustlists.history(tx))


@pytest.mark.slow
def test_what_was_stamped_before_a_revocation_stays_genuine(stage: Stage) -> None:
    stage.clock.at = stage.rt.clock() - SECOND
    clip = stage.make()

    stage.revoke()

    verification = stage.verify(clip)
    assert verification.verdict.kind is Kind.GENUINE
    assert verification.credential.trusted_then is True
    assert not verification.credential.trusted_now


@pytest.mark.slow
def test_what_nobody_dated_does_not_outlive_its_certificate(stage: Stage) -> None:
    stage.clock.status = 500
    clip = stage.make()
    before = stage.verify(clip).verdict.kind

    stage.revoke()

    verification = stage.verify(clip)
    assert before is Kind.GENUINE
    assert verification.verdict.kind is not Kind.GENUINE
    assert REVOKED in verification.credential.failures


@pytest.mark.slow
def test_a_revoked_signature_does_not_say_which_output_a_notice_is_about(stage: Stage) -> None:
    stage.clock.status = 500
    clip = stage.make()
    before = stage.identify(clip)

    stage.revoke()

    # Whoever has the key names any output; the mark and the pictures still tell.
    assert before == Candidate(clip.id, By.MANIFEST)
    assert stage.identify(clip) == Candidate(clip.id, By.WATERMARK)


@pytest.mark.slow
def test_what_was_stamped_after_a_key_was_lost_is_not_ours(stage: Stage) -> None:
    before = stage.rt.clock()
    clip = stage.make()

    stage.revoke(since=before - MINUTE)

    assert stage.verify(clip).verdict.kind is not Kind.GENUINE


@pytest.mark.slow
def test_nothing_is_made_under_a_revoked_certificate_until_there_is_another(
    stage: Stage,
) -> None:
    stage.revoke()
    asked = stage.request()

    with pytest.raises(RightsError, match="was revoked") as caught:
        production.produce(stage.rt, asked)
    stage.rotate()
    production.produce(stage.rt, asked)

    assert caught.value.code is Code.UNAVAILABLE
    with stage.rt.transaction() as tx:
        generation = requests.view(tx, stage.creator, asked).generation
    assert generation.state is State.PUBLISHED
    assert stage.verify(generation).verdict.kind is Kind.GENUINE


@pytest.mark.slow
def test_nothing_is_released_whose_shots_another_certificate_signed(stage: Stage) -> None:
    order = [OURS, OURS.renewed()]

    def signer() -> ClaimSigner:
        now = order[0]

        def sign(data: bytes) -> bytes:
            if len(order) > 1:
                order.pop(0)
            return now.sign(data)

        return ClaimSigner(now.chain_pem, sign)

    rt = replace(stage.rt, credentials=ContentCredentials(signer, Anchors(OURS.root_pem)))
    with rt.transaction() as tx:
        prompt = "Shot 1: a red ball bounces. Shot 2: a blue ball."
        asked = requests.request(tx, stage.creator, wanted=people.wanted(prompt)).id

    with pytest.raises(RightsError, match="changed while this one was signed"):
        production.produce(rt, asked)
    production.produce(rt, asked)

    rt.credentials.close()
    with rt.transaction() as tx:
        assert requests.view(tx, stage.creator, asked).generation.state is State.PUBLISHED


@pytest.mark.slow
def test_how_an_output_was_signed_is_kept(stage: Stage) -> None:
    clip = stage.make()

    with stage.rt.transaction() as tx:
        row = tx.conn.execute(
            """
            SELECT certificate_sha256, trust_list, time_stamped_at
            FROM rights.signing WHERE generation_id = %s
            """,
            (clip.id,),
        ).fetchone()
    assert row is not None
    assert row[0] == stage.rt.credentials.certificate().sha256
    assert row[1] == stage.rt.credentials.anchors.sha256
    assert row[2] == stage.verify(clip).credential.time_stamp.at


def test_a_release_is_over_before_its_certificate_is_revoked(stage: Stage) -> None:
    signing = stage.rt.credentials.certificate()

    order = race(
        stage.rt,
        lambda tx: rows.require_good(tx, signing),
        lambda tx: certificates.revoke(
            tx, signing.sha256, signing=signing, reason=Reason.SUPERSEDED
        ),
    )

    assert order == ["released", "ended"]


def test_a_release_waits_for_a_revocation_and_does_not_happen(stage: Stage) -> None:
    signing = stage.rt.credentials.certificate()

    def release(tx: Tx) -> None:
        with pytest.raises(RightsError, match="was revoked"):
            rows.require_good(tx, signing)

    order = race(
        stage.rt,
        lambda tx: certificates.revoke(
            tx, signing.sha256, signing=signing, reason=Reason.SUPERSEDED
        ),
        release,
    )

    assert order == ["released", "ended"]


@pytest.mark.slow
def test_no_other_certificate_of_ours_speaks_for_an_output(stage: Stage) -> None:
    clip = stage.make()
    assert clip.output is not None
    write_video(stage.folder / "plain.mp4")
    forged, named = stage.folder / "forged.mp4", define() | {"label": clip.output.manifest_id}
    stage.rotate()
    stage.rt.credentials.sign(
        stage.folder / "plain.mp4", forged, definition=named, thumbnail=thumbnail()
    )

    verification = verifications.verify(stage.rt, forged)

    assert verification.credential.manifest_id == clip.output.manifest_id
    assert verification.credential.trusted_now
    assert not verification.credential.claim_signature_ours
    assert verification.verdict.kind is Kind.FOREIGN
    assert identifying.find(stage.rt, forged) == []
    assert stage.verify(clip).verdict.kind is Kind.GENUINE


@pytest.mark.slow
def test_outputs_stay_ours_when_we_sign_by_another_name(stage: Stage) -> None:
    clip = stage.make()
    keys = bootstrap.open_keys(stage.settings)
    renamed = Signer(stage.rt.clock())
    chain, key, trusted = (stage.folder / name for name in ("chain.pem", "key.pem", "trusted.pem"))
    chain.write_text(renamed.chain_pem)
    trusted.write_text(renamed.root_pem + keys.claim_root(stage.rt.clock()))
    key.touch(mode=0o600)
    key.write_bytes(renamed.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    others = {"claim_chain": chain, "claim_key": key, "trust_list": trusted}
    file = stage.file(clip)

    with runtime(stage.settings.model_copy(update=others)) as rt:
        verification = verifications.verify(rt, file)

    assert verification.verdict.kind is Kind.GENUINE
    assert verification.exact


@pytest.mark.slow
def test_nothing_is_redacted_under_a_revoked_certificate_until_there_is_another(
    stage: Stage,
) -> None:
    clip = stage.make()
    with stage.rt.transaction() as tx:
        take_down(tx, clip)
        people.withdrawn(tx, clip.id, {})
    stage.revoke()

    with pytest.raises(RightsError, match="was revoked") as caught:
        manifests.redact(stage.rt, clip.id)
    with stage.rt.transaction() as tx, pytest.raises(RightsError) as unserved:
        manifests.show(tx, clip.id)
    stage.rotate()
    manifests.redact(stage.rt, clip.id)

    assert caught.value.code is Code.UNAVAILABLE
    assert unserved.value.code is Code.UNAVAILABLE
    with stage.rt.transaction() as tx:
        assert clip.output is not None
        assert manifests.show(tx, clip.id).manifest_id != clip.output.manifest_id
