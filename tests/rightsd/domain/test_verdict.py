"""The whole table: every credential, every agreement and disagreement of the marks."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from rightsd.domain import verdict
from rightsd.domain.verdict import Bond, Evidence, Kind, Manifest, Part, Sound

OURS = {Manifest.OURS, Manifest.OURS_BROKEN}
CONTENTS = ((), ("gen_a",), ("gen_b",), ("gen_b", "gen_a"))


def evidence(
    manifest: Manifest, mark: str | None, content: tuple[str, ...], *withdrawn: str
) -> Evidence:
    return Evidence(
        manifest=manifest,
        manifest_generation="gen_a" if manifest in OURS else None,
        mark=mark,
        parts=(Part(content, 0.0, 3.0, mark),) if content else (),
        why_withdrawn=dict.fromkeys(withdrawn, "the consent has ended"),
    )


def mixed(
    *parts: Part, elsewhere: float = 0.0, manifest: Manifest = Manifest.NONE, **withdrawn: str
) -> Evidence:
    return Evidence(
        manifest=manifest,
        manifest_generation="gen_a" if manifest in OURS else None,
        mark=next((part.mark for part in parts if part.mark), None),
        parts=parts,
        elsewhere=elsewhere,
        why_withdrawn=withdrawn,
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


def test_of_outputs_that_look_alike_the_mark_tells_which_it_is() -> None:
    found = verdict.conclude(evidence(Manifest.NONE, "gen_a", ("gen_b", "gen_a")))

    assert found.generation_id == "gen_a"


def test_a_splice_of_two_outputs_is_altered_however_well_each_is_marked() -> None:
    spliced = mixed(Part(("gen_b",), 0, 3, "gen_b"), Part(("gen_a",), 3, 7, "gen_a"))

    found = verdict.conclude(spliced)

    assert (found.kind, found.generation_id) == (Kind.ALTERED, "gen_a")
    assert "it is put together of parts of 2 outputs of ours" in found.reasons


def test_one_withdrawn_part_withdraws_the_whole_and_says_where() -> None:
    spliced = mixed(
        Part(("gen_a",), 0, 9, "gen_a"), Part(("gen_b",), 9, 12.5), gen_b="the consent has ended"
    )

    found = verdict.conclude(spliced)

    assert (found.kind, found.generation_id) == (Kind.WITHDRAWN, "gen_b")
    assert found.reasons[0] == "from second 9.0 to second 12.5 it shows an output of ours"


def test_an_output_among_other_things_is_altered() -> None:
    found = verdict.conclude(mixed(Part(("gen_a",), 20, 30, "gen_a"), elsewhere=50.0))

    assert (found.kind, found.generation_id) == (Kind.ALTERED, "gen_a")
    assert "50.0 seconds of it are not of any output of ours" in found.reasons


def test_a_title_of_a_second_does_not_alter_a_copy() -> None:
    found = verdict.conclude(mixed(Part(("gen_a",), 1, 11, "gen_a"), elsewhere=1.0))

    assert found.kind is Kind.STRIPPED


def test_an_output_in_another_order_is_altered() -> None:
    found = verdict.conclude(mixed(Part(("gen_a",), 0, 3), Part(("gen_a",), 3, 6)))

    assert found.kind is Kind.ALTERED
    assert "parts of an output of ours are in it in another order" in found.reasons


def test_a_mark_in_a_part_whose_output_the_file_does_not_show_is_copied() -> None:
    found = verdict.conclude(
        mixed(Part(("gen_a",), 0, 3, "gen_a"), Part(("gen_b",), 3, 6, "gen_c"))
    )

    assert (found.kind, found.generation_id) == (Kind.COPIED_MARK, "gen_a")


def test_a_credential_taken_from_another_output_names_what_is_shown() -> None:
    swapped = mixed(Part(("gen_b",), 0, 3, "gen_b"), manifest=Manifest.OURS_BROKEN)

    found = verdict.conclude(swapped)

    assert (found.kind, found.generation_id) == (Kind.ALTERED, "gen_b")
    assert "its content is that of another output of ours" in found.reasons


def test_a_foreign_credential_over_an_output_of_ours_is_told() -> None:
    found = verdict.conclude(evidence(Manifest.FOREIGN, "gen_a", ("gen_a",)))

    assert (found.kind, found.generation_id) == (Kind.STRIPPED, "gen_a")
    assert "it carries someone else's content credential" in found.reasons


def test_the_very_bytes_are_told() -> None:
    found = verdict.conclude(replace(evidence(Manifest.OURS, None, ()), exact=True))

    assert "it is byte for byte the file that was released" in found.reasons


def test_a_mark_of_no_output_is_told() -> None:
    found = verdict.conclude(replace(evidence(Manifest.NONE, None, ()), stray_mark=True))

    assert found.kind is Kind.UNKNOWN
    assert found.reasons[0].startswith("it carries a watermark of ours")


def test_a_mark_that_cannot_be_read_is_told_and_attributes_nothing() -> None:
    found = verdict.conclude(replace(evidence(Manifest.NONE, None, ()), trace=True))

    assert (found.kind, found.generation_id) == (Kind.UNKNOWN, None)
    assert "too damaged" in found.reasons[0]
    assert "nothing in it is ours" not in found.reasons


@pytest.mark.parametrize(
    ("manifest", "kind"),
    [
        (Manifest.OURS, Kind.GENUINE),
        (Manifest.OURS_BROKEN, Kind.ALTERED),
        (Manifest.FOREIGN, Kind.FOREIGN),
        (Manifest.BROKEN, Kind.UNKNOWN),
        (Manifest.NONE, Kind.UNKNOWN),
    ],
)
def test_of_a_credential_alone_nothing_is_said_of_the_content(
    manifest: Manifest, kind: Kind
) -> None:
    found = verdict.conclude(replace(evidence(manifest, None, ()), looked=False))

    assert found.kind is kind
    assert (verdict.UNLOOKED in found.reasons) == (kind is not Kind.GENUINE)
    assert "nothing in it is ours" not in found.reasons


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


def test_a_mark_whose_output_is_gone_is_neither_copied_nor_proof() -> None:
    found = verdict.conclude(replace(evidence(Manifest.NONE, "gen_a", ()), gone=True))

    assert (found.kind, found.generation_id) == (Kind.UNCHECKED, None)


@pytest.mark.parametrize(
    ("content", "kind"), [((), Kind.UNKNOWN), (("gen_a",), Kind.STRIPPED), (None, Kind.UNCHECKED)]
)
def test_a_credential_that_could_not_be_read_is_not_called_gone_or_bad(
    content: tuple[str, ...] | None, kind: Kind
) -> None:
    read = evidence(Manifest.UNREADABLE, None, content or ())

    found = verdict.conclude(replace(read, compared=content is not None))

    assert found.kind is kind
    assert "its content credential could not be read" in found.reasons
    assert not any("does not hold" in each or "are gone" in each for each in found.reasons)


@pytest.mark.parametrize("content", [(), ("gen_a",), None])
def test_whether_anyone_vouches_for_a_stranger_is_said(content: tuple[str, ...] | None) -> None:
    known = replace(evidence(Manifest.FOREIGN, None, content or ()), compared=content is not None)

    found, unknown = (verdict.conclude(replace(known, vouched=each)) for each in (True, False))

    added = set(unknown.reasons) - set(found.reasons)
    assert added == {"nobody whom we trust vouches for its signer"}
    assert found.kind is unknown.kind


def test_what_is_to_stay_down_is_called_no_output_that_it_is_not() -> None:
    listed = {"staydowns": ("std_a",), "grounds": {"std_a": ("privacy",)}}
    swapped = replace(evidence(Manifest.OURS_BROKEN, None, ()), **listed)
    spliced = replace(mixed(Part(("gen_a",), 0.0, 3.0), elsewhere=3.0), **listed)
    copied = replace(evidence(Manifest.OURS_BROKEN, None, ("gen_b",)), **listed)
    released = replace(evidence(Manifest.OURS, None, ("gen_a",)), **listed)

    named = [verdict.conclude(each).generation_id for each in (swapped, spliced, copied, released)]

    assert named == [None, None, "gen_b", "gen_a"]


@pytest.mark.parametrize("marked", [False, True])
def test_a_mark_that_may_have_been_moved_there_does_not_count_and_is_told(*, marked: bool) -> None:
    doubted = Part(("gen_a",), 0.0, 3.0, doubted=True)
    bound = (Part(("gen_a",), 3.0, 4.0, "gen_a"),) if marked else ()
    found = verdict.conclude(replace(mixed(doubted, *bound), mark="gen_a"))

    assert found.kind is (Kind.ALTERED if marked else Kind.STRIPPED)
    assert found.generation_id == "gen_a"
    assert ("agree" in found.reasons[0]) == marked
    assert ("cannot be told whether it was moved" in found.reasons[0]) != marked


def heard(bond: Bond, *, mark: str | None = "gen_a", **changes: Any) -> Evidence:
    return replace(evidence(Manifest.NONE, None, ()), sound=Sound(mark, bond), **changes)


@pytest.mark.parametrize(
    ("bond", "pictures", "kind", "named"),
    [
        (Bond.SAME, False, Kind.STRIPPED, "gen_a"),
        (Bond.SAME, True, Kind.ALTERED, "gen_a"),
        (Bond.OTHER, False, Kind.COPIED_MARK, None),
        (Bond.OTHER, True, Kind.COPIED_MARK, None),
        (Bond.GONE, False, Kind.UNCHECKED, None),
    ],
)
def test_a_sound_names_an_output_only_where_it_is_its_sound(
    bond: Bond, kind: Kind, named: str | None, *, pictures: bool
) -> None:
    found = verdict.conclude(heard(bond, pictures=pictures))

    assert (found.kind, found.generation_id) == (kind, named)


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize("content", [(), ("gen_b",)])
def test_the_sound_of_a_withdrawn_output_withdraws_whatever_is_shown(
    content: tuple[str, ...], *, compared: bool
) -> None:
    shown = evidence(Manifest.FOREIGN, None, content, "gen_a")
    same = replace(shown, sound=Sound("gen_a", Bond.SAME), compared=compared)
    moved = replace(shown, sound=Sound("gen_a", Bond.OTHER), compared=compared)

    assert verdict.conclude(same).kind is Kind.WITHDRAWN
    assert verdict.conclude(same).generation_id == "gen_a"
    assert verdict.conclude(moved).kind is not Kind.WITHDRAWN


def test_an_output_with_the_sound_of_another_is_altered() -> None:
    shown = evidence(Manifest.NONE, "gen_b", ("gen_b",))

    dubbed = verdict.conclude(replace(shown, sound=Sound("gen_a", Bond.SAME)))
    whole = verdict.conclude(replace(shown, sound=Sound("gen_b", Bond.SAME)))

    assert (dubbed.kind, dubbed.generation_id) == (Kind.ALTERED, "gen_b")
    assert "its sound is that of another output of ours" in dubbed.reasons
    assert whole.kind is Kind.STRIPPED


def test_the_very_release_is_genuine_whatever_its_sound_is_like() -> None:
    found = verdict.conclude(
        replace(evidence(Manifest.OURS, "gen_a", ("gen_a",)), sound=Sound("gen_b", Bond.SAME))
    )

    assert (found.kind, found.generation_id) == (Kind.GENUINE, "gen_a")


def test_a_mark_in_a_sound_of_no_output_is_told() -> None:
    found = verdict.conclude(heard(Bond.OTHER, mark=None))

    assert found.kind is Kind.UNKNOWN
    assert "no output that was ever released" in " ".join(found.reasons)
    assert "nothing in it is ours" not in found.reasons


def test_of_a_sound_without_a_mark_it_is_said_how_little_is_known() -> None:
    found = verdict.conclude(replace(evidence(Manifest.NONE, None, ()), pictures=False))

    assert found.kind is Kind.UNKNOWN
    assert "nothing in it is ours" not in found.reasons
