"""What a file is, for people to read in a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from rightsd.cli import terminal
from rightsd.domain.verdict import Bond
from rightsd.web.api.verifications import (
    LedgerLayer,
    ManifestLayer,
    PartLayer,
    SoundLayer,
    VerificationOut,
    WatermarkLayer,
)
from rightsd.workflows.proofs import WRITTEN

BONDS = {
    Bond.SAME: "and is its sound",
    Bond.OTHER: "and is not its sound",
    Bond.GONE: "and nothing is left to compare it with",
}
KNOWN = {True: "yes", False: "no", None: "not known"}


def show(name: str, answer: VerificationOut) -> None:
    """Print what was found of a file.

    Args:
        name: Of the file.
        answer: What the API would answer.
    """
    table = Table(title=terminal.printable(f"{name}: {answer.verdict}"), show_header=False)
    for what, said in rows(answer):
        table.add_row(what, terminal.printable(said))
    # What files say of themselves is text, and no markup of ours.
    Console(markup=False, emoji=False, highlight=False).print(table)


def rows(answer: VerificationOut) -> Iterator[tuple[str, str]]:
    """Yield what is told, line by line, and under which heading."""
    for reason in answer.reasons:
        yield "because", reason
    if answer.grounds:
        yield "grounds", ", ".join(answer.grounds)
    yield from _credential(answer.manifest)
    if answer.sound is not None:
        bond = f", {BONDS[answer.sound.bond]}" if answer.sound.bond else ""
        yield "sound", f"{_watermark(answer.sound)}{bond}"
    if answer.watermark is not None:
        yield "watermark", _watermark(answer.watermark)
        for part in answer.parts:
            yield "shows", _part(part, still=bool(answer.still))
        if not answer.parts:
            yield "shows", "nothing of ours" if answer.compared else "could not be asked"
        elif answer.elsewhere_seconds:
            yield "shows", f"something else for {answer.elsewhere_seconds:.1f} s"
    yield "ledger", "no output of ours" if answer.ledger is None else _ledger(answer.ledger)
    if answer.matched:
        yield "matched by", ", ".join(answer.matched)
    if answer.redaction is not None:
        yield "redacted", f"{answer.redaction.redacted_at:{WRITTEN}}, {answer.redaction.reason}"
    yield "as of", f"{answer.as_of:{WRITTEN}}"


def _credential(layer: ManifestLayer) -> Iterator[tuple[str, str]]:
    whose = ", ours" if layer.ours else ""
    exact = ", byte for byte what was released" if layer.exact else ""
    yield "credential", f"{layer.state}{whose}{exact}"
    if layer.manifest_id is not None:
        yield "manifest", layer.manifest_id
    if layer.signer is not None:
        then = KNOWN[layer.trusted_then]
        yield "signer", layer.signer
        yield "trusted", f"now: {KNOWN[layer.trusted_now]}; when it was signed: {then}"
        stamp = layer.time_stamp
        if stamp is None:
            yield "time-stamp", "none"
        else:
            by = "an authority that we trust" if stamp.trusted else "nobody whom we trust"
            yield "time-stamp", f"{stamp.at:{WRITTEN}}, by {by}"
    if layer.failures:
        yield "failed", ", ".join(layer.failures)
    if layer.redacted:
        yield "taken back", ", ".join(layer.redacted)


def _watermark(layer: WatermarkLayer | SoundLayer) -> str:
    if not layer.found and not (isinstance(layer, WatermarkLayer) and layer.present):
        return "none of ours"
    named = layer.generation_id or "ours, of no output that was released"
    if not layer.found:
        named = "ours, too damaged to be read"
    if layer.log10_p is None:
        return named
    return f"{named}, by chance in one of 10^{-layer.log10_p:.0f} files"


def _part(part: PartLayer, *, still: bool) -> str:
    begins, ends = part.reference
    if still:
        where = f", as of second {begins:.1f}"
    else:
        here = ", ".join(f"{start:.1f} to {end:.1f} s" for start, end in part.stretches)
        where = f" from {here}, its seconds {begins:.1f} to {ends:.1f}"
    also = (", mirrored" * part.mirrored) + (", marked" * part.marked)
    also += (" as the original tells" * part.with_original) + ", withdrawn" * part.withdrawn
    return f"{part.generation_id}{where}, score {part.score:.2f}{also}"


def _ledger(layer: LedgerLayer) -> str:
    entry = "not in the log yet" if layer.index is None else f"entry {layer.index} of the log"
    return f"{layer.generation_id}, {layer.state}, {entry}"
