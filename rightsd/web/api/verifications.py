"""/v1/verifications."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from fastapi import APIRouter, Form, Query, Request, UploadFile

from rightsd.adapters.http import URL_CHARS_MAX
from rightsd.domain import declaration
from rightsd.domain.principal import Role
from rightsd.domain.verdict import Bond, Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import uploads
from rightsd.web.api.fields import Out
from rightsd.web.auth import Caller, Rt
from rightsd.workflows import verifications
from rightsd.workflows.verifications import Layers, Verification

router = APIRouter(prefix="/v1/verifications", tags=["verifications"])

# Who is told how clear a watermark is.
TRUSTED = frozenset({Role.PLATFORM, Role.REVIEWER, Role.AUDITOR, Role.ADMIN})


class TimeStampOut(Out):
    """When a time-stamping authority saw the signature; worth something only if it is trusted."""

    at: datetime
    trusted: bool


class ManifestLayer(Out):
    """What the content credential says.

    `trusted_now`: someone whom we trust today vouches for the signer; `trusted_then`: the same of
    the day of its trusted time-stamp, as far as that is known. Neither says anything of the file.
    `generation_id`: the output that it names, when it is ours. `exact`: the file is byte for byte
    what was released as that. `redacted`: assertions that it says were taken back.
    """

    state: str
    manifest_id: str | None
    generation_id: str | None
    signer: str | None
    time_stamp: TimeStampOut | None
    trusted_now: bool
    trusted_then: bool | None
    ours: bool
    exact: bool
    failures: list[str]
    redacted: list[str]


class WatermarkLayer(Out):
    """What the watermark says.

    `found`: it was read. `present`: there is one, even if it cannot be read. `log10_p`: how likely
    an unmarked file would look like this; platforms, reviewers, auditors and admins are told.
    """

    found: bool
    present: bool = False  # As `with_original` below.
    generation_id: str | None
    log10_p: float | None


class SoundLayer(Out):
    """What the sound says.

    `found`: a watermark was read in it; `generation_id`: the output that this names, or, of sound
    alone without one, whose sound it is. `log10_p`: how likely an unmarked sound would look like
    this, for whom the watermark's is. `able`: it is long and loud enough for a mark to be told. `tempo`, `pitch`: how many times faster and higher it is than it was
    marked. `stretch`: where the mark was found, in seconds. `bond`: whether it is the sound of the
    output that the mark names: `same`; `other`, when the mark was moved there; `gone`, when nothing
    is left to compare it with.
    """

    found: bool
    generation_id: str | None
    log10_p: float | None
    able: bool
    tempo: float | None
    pitch: float | None
    stretch: tuple[float, float] | None
    bond: Bond | None


class FingerprintLayer(Out):
    """What the content says: the best match, and where, in seconds."""

    generation_id: str
    score: float
    query: tuple[float, float]
    reference: tuple[float, float]
    mirrored: bool
    speed: float


class PartLayer(Out):
    """An output that a part of the file shows.

    `stretches`: where in the file, in seconds; what lies between two shows something else.
    `reference`: from where to where in the output. `bits`: of 256, how far the nearest frame is.
    `marked`: the watermark in this part says the same. `with_original`: it was too weak to be read,
    and was verified with the output's own file. `withdrawn`: it may not be shown.
    """

    generation_id: str
    stretches: list[tuple[float, float]]
    reference: tuple[float, float]
    score: float
    bits: int
    mirrored: bool
    speed: float
    marked: bool
    with_original: bool = False  # Batches are kept that were told before this was.
    log10_p: float | None
    withdrawn: bool


class LedgerLayer(Out):
    """What the ledger says of the output."""

    generation_id: str
    state: str
    decision_rulebook: str
    consents: list[str]
    licences: list[str]
    event_id: str | None
    index: int | None


class RedactionLayer(Out):
    """What the manifest repository serves of an output that may not be shown: see /v1/manifests."""

    manifest_id: str
    update_id: str
    assertions: list[str]
    reason: str
    redacted_at: datetime


class VerificationOut(Out):
    """What a file is, why we say so, and what each layer said.

    `grounds`: of what was taken down on notice, or is on the stay-down list. `matched`: the layers
    that name the output of the verdict. `layers`: what of it was looked at. `compared`: its content
    was compared with what we know; if it was to be and could not, nothing is `genuine`, and
    `unchecked` is no *no*. `seconds`: time of its last frame; 0 for a picture. `watermark`: null
    for sound alone. `sound`: null where there is none to be heard. `parts`: which outputs are where
    in it; `elsewhere_seconds`: for how long it shows something that is none of them. `receipt`:
    what matters of this, signed, if that was asked for.
    """

    verdict: Kind
    reasons: list[str]
    grounds: list[str]
    matched: list[str]
    layers: Layers
    still: bool | None
    seconds: float | None
    manifest: ManifestLayer
    watermark: WatermarkLayer | None
    sound: SoundLayer | None
    fingerprint: FingerprintLayer | None
    parts: list[PartLayer]
    elsewhere_seconds: float | None
    ledger: LedgerLayer | None
    redaction: RedactionLayer | None
    compared: bool
    as_of: datetime
    receipt: str | None = None

    @classmethod
    def of(
        cls,
        verification: Verification,
        *,
        numbers: bool,
        receipt: str | None = None,
    ) -> Self:
        """Return the public form, with or without what strangers are not told."""
        told = verifications.tell(verification, numbers=numbers)
        return cls.model_validate(told | {"receipt": receipt})


@router.post("")
def verify(
    request: Request,
    rt: Rt,
    caller: Caller,
    file: UploadFile | None = None,
    url: Annotated[
        str | None,
        Form(
            description="Instead: public https address of the file; no redirect is followed",
            min_length=1,
            max_length=URL_CHARS_MAX,
        ),
    ] = None,
    layers: Annotated[
        Layers, Query(description="`manifest`: only its credential, which takes milliseconds")
    ] = Layers.ALL,
    *,
    receipt: Annotated[
        bool, Query(description="Answer with a signed receipt as well, to be checked offline")
    ] = False,
) -> VerificationOut:
    """Say what a video, picture or sound is, and whether it may be shown. Free, no account."""
    address = request.client.host if request.client else ""
    who = declaration.origin(address)
    trusted = caller is not None and caller.role in TRUSTED
    with _placed(rt, file, url, who=who) as path:
        found = verifications.verify(rt, path, layers=layers)
        signed = verifications.receipt(rt, path, found) if receipt else None
    return VerificationOut.of(found, numbers=trusted, receipt=signed)


@contextmanager
def _placed(rt: Runtime, file: UploadFile | None, url: str | None, *, who: str) -> Generator[Path]:
    """Give a file that was sent or named a path for as long as it is looked at, in its turn."""
    if (file is None) == (url is None):
        raise RightsError(Code.INVALID, "send either a `file` or its `url`")
    if file is not None:
        with uploads.looked_at(rt, file) as path:
            yield path
    if url is not None:
        with tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="fetched-") as fetched:
            # Whoever is slow to send it keeps nobody from having a file looked at.
            with uploads.fetching(who):
                verifications.fetch(rt, url, fetched)
            with uploads.turn():
                yield Path(fetched.name)
