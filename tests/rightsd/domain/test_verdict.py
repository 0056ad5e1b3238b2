"""The whole table: every credential, every agreement and disagreement of the marks."""

import itertools

import pytest

from rightsd.domain import verdict
from rightsd.domain.verdict import Evidence, Kind, Manifest

OURS = {Manifest.OURS, Manifest.OURS_BROKEN}
GENERATIONS = (None, "gen_a", "gen_b")


def evidence(
    manifest: Manifest, mark: str | None, content: str | None, *withdrawn: str
) -> Evidence:
    return Evidence(
        manifest=manifest,
        manifest_generation="gen_a" if manifest in OURS else None,
        watermark_generation=mark,
        fingerprint_generation=content,
        why_withdrawn=dict.fromkeys(withdrawn, "the consent has ended"),
    )


ALL = list(itertools.product(Manifest, GENERATIONS, GENERATIONS))


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_a_watermark_alone_never_names_an_output(
    manifest: Manifest, mark: str | None, content: str | None
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content))

    if found.generation_id is not None:
        assert manifest in OURS or found.generation_id == content


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_only_a_trusted_credential_of_ours_is_genuine(
    manifest: Manifest, mark: str | None, content: str | None
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content))

    assert (found.kind is Kind.GENUINE) == (manifest is Manifest.OURS)


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_content_of_a_withdrawn_output_is_never_called_anything_permitted(
    manifest: Manifest, mark: str | None, content: str | None
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content, "gen_a", "gen_b"))

    assert found.kind not in {Kind.GENUINE, Kind.STRIPPED}
    assert found.reasons


@pytest.mark.parametrize(
    ("manifest", "mark", "content", "kind"),
    [
        (Manifest.OURS, "gen_a", "gen_a", Kind.GENUINE),
        (Manifest.OURS_BROKEN, "gen_a", "gen_a", Kind.ALTERED),
        (Manifest.OURS_BROKEN, None, "gen_b", Kind.ALTERED),
        (Manifest.NONE, "gen_a", "gen_a", Kind.STRIPPED),
        (Manifest.NONE, None, "gen_a", Kind.STRIPPED),
        (Manifest.NONE, "gen_a", None, Kind.COPIED_MARK),
        (Manifest.NONE, "gen_a", "gen_b", Kind.COPIED_MARK),
        (Manifest.FOREIGN, None, None, Kind.FOREIGN),
        (Manifest.FOREIGN, "gen_a", "gen_a", Kind.STRIPPED),
        (Manifest.BROKEN, None, None, Kind.UNKNOWN),
        (Manifest.NONE, None, None, Kind.UNKNOWN),
    ],
)
def test_verdicts(manifest: Manifest, mark: str | None, content: str | None, kind: Kind) -> None:
    assert verdict.conclude(evidence(manifest, mark, content)).kind is kind


def test_an_altered_file_of_other_content_keeps_its_verdict_when_the_output_is_withdrawn() -> None:
    found = verdict.conclude(evidence(Manifest.OURS_BROKEN, None, None, "gen_a"))

    assert found.kind is Kind.ALTERED
