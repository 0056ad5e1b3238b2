"""The whole table: every credential, every agreement and disagreement of the marks."""

import itertools
from dataclasses import replace

import pytest

from rightsd.domain import verdict
from rightsd.domain.verdict import Evidence, Kind, Manifest

OURS = {Manifest.OURS, Manifest.OURS_BROKEN}
CONTENTS = ((), ("gen_a",), ("gen_b",), ("gen_b", "gen_a"))


def evidence(
    manifest: Manifest, mark: str | None, content: tuple[str, ...], *withdrawn: str
) -> Evidence:
    return Evidence(
        manifest=manifest,
        manifest_generation="gen_a" if manifest in OURS else None,
        watermark_generation=mark,
        content=content,
        why_withdrawn=dict.fromkeys(withdrawn, "the consent has ended"),
    )


ALL = list(itertools.product(Manifest, (None, "gen_a", "gen_b"), CONTENTS))


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_a_watermark_alone_never_names_an_output(
    manifest: Manifest, mark: str | None, content: tuple[str, ...]
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content))

    if found.generation_id is not None:
        assert manifest in OURS or found.generation_id in content


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_only_a_trusted_credential_of_ours_is_genuine(
    manifest: Manifest, mark: str | None, content: tuple[str, ...]
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content))

    assert (found.kind is Kind.GENUINE) == (manifest is Manifest.OURS)


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_nothing_of_a_withdrawn_output_is_called_anything_permitted(
    manifest: Manifest, mark: str | None, content: tuple[str, ...]
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content, "gen_a", "gen_b"))

    assert found.kind not in {Kind.GENUINE, Kind.STRIPPED}
    assert found.reasons
    if content:
        assert found.kind is Kind.WITHDRAWN


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_withdrawn_content_is_not_washed_by_the_marks_of_another_output(
    manifest: Manifest, mark: str | None, content: tuple[str, ...]
) -> None:
    found = verdict.conclude(evidence(manifest, mark, content, "gen_b"))

    if manifest is not Manifest.OURS and "gen_b" in content:
        assert (found.kind, found.generation_id) == (Kind.WITHDRAWN, "gen_b")


@pytest.mark.parametrize(
    ("manifest", "mark", "content", "kind"),
    [
        (Manifest.OURS, "gen_a", ("gen_a",), Kind.GENUINE),
        (Manifest.OURS_BROKEN, "gen_a", ("gen_a",), Kind.ALTERED),
        (Manifest.OURS_BROKEN, None, ("gen_b",), Kind.ALTERED),
        (Manifest.NONE, "gen_a", ("gen_a",), Kind.STRIPPED),
        (Manifest.NONE, "gen_a", ("gen_b", "gen_a"), Kind.STRIPPED),
        (Manifest.NONE, None, ("gen_a",), Kind.STRIPPED),
        (Manifest.NONE, "gen_a", (), Kind.COPIED_MARK),
        (Manifest.NONE, "gen_a", ("gen_b",), Kind.COPIED_MARK),
        (Manifest.FOREIGN, None, (), Kind.FOREIGN),
        (Manifest.FOREIGN, "gen_a", ("gen_a",), Kind.STRIPPED),
        (Manifest.BROKEN, None, (), Kind.UNKNOWN),
        (Manifest.NONE, None, (), Kind.UNKNOWN),
    ],
)
def test_verdicts(
    manifest: Manifest, mark: str | None, content: tuple[str, ...], kind: Kind
) -> None:
    assert verdict.conclude(evidence(manifest, mark, content)).kind is kind


def test_the_release_of_a_standing_output_is_genuine_though_a_copy_was_withdrawn() -> None:
    found = verdict.conclude(evidence(Manifest.OURS, "gen_a", ("gen_b", "gen_a"), "gen_b"))

    assert (found.kind, found.generation_id) == (Kind.GENUINE, "gen_a")


def test_an_altered_file_of_other_content_keeps_its_verdict_when_the_output_is_withdrawn() -> None:
    found = verdict.conclude(evidence(Manifest.OURS_BROKEN, None, (), "gen_a"))

    assert found.kind is Kind.ALTERED


@pytest.mark.parametrize(("manifest", "mark", "content"), ALL)
def test_what_is_to_stay_down_is_withdrawn_whatever_it_says_of_itself(
    manifest: Manifest, mark: str | None, content: tuple[str, ...]
) -> None:
    reported = replace(
        evidence(manifest, mark, content),
        staydowns=("std_a", "std_b"),
        grounds={"std_a": ("privacy",), "std_b": ("intimate",), "gen_a": ("copyright",)},
    )

    found = verdict.conclude(reported)

    assert (found.kind, found.grounds) == (Kind.WITHDRAWN, ("intimate", "privacy"))


def test_a_withdrawn_output_is_named_with_the_grounds_of_its_notices() -> None:
    grounds = {"gen_a": ("copyright", "likeness")}
    taken_down = replace(evidence(Manifest.NONE, None, ("gen_a",), "gen_a"), grounds=grounds)

    assert verdict.conclude(taken_down).grounds == ("copyright", "likeness")
    assert verdict.conclude(evidence(Manifest.NONE, None, ("gen_a",), "gen_a")).grounds == ()


@pytest.mark.parametrize("mark", [None, "gen_a"])
@pytest.mark.parametrize("manifest", Manifest)
def test_without_its_content_a_file_is_neither_genuine_nor_unknown_nor_somebody_elses(
    manifest: Manifest, mark: str | None
) -> None:
    blind = replace(evidence(manifest, mark, ()), compared=False)

    found = verdict.conclude(blind)
    gone = verdict.conclude(replace(blind, why_withdrawn={"gen_a": "the consent has ended"}))

    expected = Kind.ALTERED if manifest is Manifest.OURS_BROKEN else Kind.UNCHECKED
    assert found.kind is expected
    assert (found.generation_id is not None) == (manifest in OURS)
    assert gone.kind is (Kind.WITHDRAWN if manifest is Manifest.OURS else expected)
    for each in (found, gone):
        assert "could not be compared" in each.reasons[-1]
