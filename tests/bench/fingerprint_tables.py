"""What the benchmark of the fingerprint says, in rows and grids."""

from collections.abc import Iterator, Mapping, Sequence

from tests.bench import fingerprint_methods, fingerprint_peers, fingerprint_scores
from tests.bench.fingerprint_copies import Copy
from tests.bench.fingerprint_scores import Kind, Trial
from tests.bench.fingerprint_speed import Speed
from tests.bench.table import Grid, Row

Trials = Mapping[str, Sequence[Trial]]  # Of each method, by its name
Scenes = Mapping[str, str]

AP_GOAL = 0.995
MEDIAN_GOAL, P90_GOAL = 0.06, 0.20  # Seconds
SPEED_GOAL = 25.0
LAID_MAX = 0.03  # Of the longer side
SAME_SCENE_GOAL = 0.95
AT_LEAST, AT_MOST = "ratio of 1 or more", "ratio of 1 or less"
FALSE = (Kind.ORDINARY, Kind.TAKE)
TOLD = ("copy", "probable")  # Verdicts that a copy is there.
VERDICTS = (*TOLD, "same_scene", "none")
HOUR = 3600.0


def totals(trials: Trials, scenes: Scenes, seconds: float) -> Iterator[Row]:
    """Say of each method what it found of all copies, and of the product's what it says itself."""
    main = fingerprint_methods.ours()[-1].name
    first = next(iter(trials.values()))
    copied = [trial for trial in first if trial.original]
    counts = f"{len(first)} queries of {seconds / HOUR:.2f} hours"
    yield Row(f"{counts}: copies", len(copied), "", "references", len(scenes))
    for name, its in trials.items():
        own = [trial for trial in its if trial.original]
        found = list(fingerprint_scores.pairs(its, scenes))
        for what, kinds in (("ordinary pair", FALSE[:1]), ("false pair or other take", FALSE)):
            above = fingerprint_scores.threshold(found, kinds=kinds)
            count = fingerprint_scores.recalled(own, above=above)
            yield Row(f"{name}: found above every {what}", count, "", "copies", len(own))
        goal = AT_LEAST if name == main else ""
        for what, kinds in (("", FALSE[:1]), (", other takes counted", FALSE)):
            ranked = [
                (pair.found.score, pair.kind is Kind.TRUE)
                for pair in found
                if pair.kind in (Kind.TRUE, *kinds)
            ]
            mean = fingerprint_scores.average_precision(ranked, positives=len(own))
            yield Row(f"{name}: µAP{what}", mean, "", "asked for", AP_GOAL, "" if what else goal)
        yield from _places(name, own, goal=AT_MOST if name == main else "")
    for name in fingerprint_peers.absent():
        packages = ", ".join(fingerprint_peers.PACKAGES[name])
        yield Row(f"{name}: not measured without {packages}", 0, "", "copies", len(copied))
    yield from _said(main, trials[main], scenes)


def _places(name: str, own: Sequence[Trial], *, goal: str) -> Iterator[Row]:
    """Say how exact the places of the copies that were found are, if any are given."""
    of = {
        "ends of the copy off": fingerprint_scores.misplaced,
        "its middle off": fingerprint_scores.misaligned,
    }
    for what, measure in of.items():
        off = [each for each in map(measure, own) if each is not None]
        if not off:
            continue
        asked = goal if measure is fingerprint_scores.misplaced else ""
        for share, which, wanted in ((0.5, "median", MEDIAN_GOAL), (0.9, "p90", P90_GOAL)):
            least = fingerprint_scores.percentile(off, share)
            yield Row(f"{name}: {what}, {which}", least, "s", "asked for", wanted, asked)
    laid = [each for each in map(fingerprint_scores.displaced, own) if each is not None]
    if laid:
        what = f"{name}: points of the picture off by less than {LAID_MAX:.0%} of it"
        yield Row(what, sum(each < LAID_MAX for each in laid), "", "copies", len(laid))


def _said(name: str, trials: Sequence[Trial], scenes: Scenes) -> Iterator[Row]:
    """Say what the product says by itself, whatever the scores of others."""
    found = list(fingerprint_scores.pairs(trials, scenes))
    copied = [trial for trial in trials if trial.original]
    by_kind = {kind: fingerprint_scores.verdicts(found, kind=kind) for kind in Kind}
    for words, verdicts in (("copy", TOLD[:1]), ("copy or probable", TOLD)):
        true, ordinary, takes = (
            sum(by_kind[kind].get(each, 0) for each in verdicts)
            for kind in (Kind.TRUE, Kind.ORDINARY, Kind.TAKE)
        )
        yield Row(f"{name}, by its verdict: {words}", true, "", "copies", len(copied))
        pairs = len(trials) * len(scenes) - len(copied) - _takes(trials, scenes)
        what = f"{name}, by its verdict: {words}, of ordinary pairs"
        yield Row(what, ordinary, "", "pairs", pairs, "0")
        what = f"{name}, by its verdict: {words}, of other takes"
        goal = "0" if words == "copy" else ""
        yield Row(what, takes, "", "pairs", max(1, _takes(trials, scenes)), goal)
    retaken = sum(by_kind[Kind.TAKE].values())
    if retaken:
        count = by_kind[Kind.TAKE].get("same_scene", 0)
        what = f"{name}, by its verdict: the same scene, of other takes in which it finds anything"
        yield Row(what, count, "", "pairs", retaken, f"ratio of {SAME_SCENE_GOAL} or more")


def _takes(trials: Sequence[Trial], scenes: Scenes) -> int:
    """Return how many pairs are two takes of one scene."""
    return sum(
        scene == trial.scene and name != trial.original
        for trial in trials
        for name, scene in scenes.items()
    )


def groups(trials: Trials, scenes: Scenes, tried: Sequence[Copy]) -> Iterator[Row]:
    """Say how many are found of the ways to copy of which the same share should be."""
    name = fingerprint_methods.ours()[-1].name
    found = list(fingerprint_scores.pairs(trials[name], scenes))
    above = fingerprint_scores.threshold(found, kinds=FALSE[:1])
    for goal in sorted({copy.goal for copy in tried}, reverse=True):
        ways = {copy.name for copy in tried if copy.goal == goal}
        own = [trial for trial in trials[name] if trial.original and trial.copy in ways]
        wanted = f"ratio of {goal:g} or more"
        of = f"{name}, the {len(ways)} ways of which {goal:.1%} should be found"
        count = fingerprint_scores.recalled(own, above=above)
        yield Row(f"{of}: above every ordinary pair", count, "", "copies", len(own), wanted)
        said = fingerprint_scores.verdicts(fingerprint_scores.pairs(own, scenes), kind=Kind.TRUE)
        count = sum(said.get(each, 0) for each in TOLD)
        yield Row(f"{of}: copy or probable", count, "", "copies", len(own), wanted)


def copies(trials: Trials, scenes: Scenes, tried: Sequence[Copy]) -> Iterator[Grid]:
    """Say of each way to copy how many copies each method finds, and what the product says."""
    above = {
        name: fingerprint_scores.threshold(
            fingerprint_scores.pairs(its, scenes), kinds=(Kind.ORDINARY,)
        )
        for name, its in trials.items()
    }
    found: dict[str, list[str]] = {}
    said: dict[str, list[str]] = {}
    main = fingerprint_methods.ours()[-1].name
    for copy in tried:
        these = {name: _of(its, copy) for name, its in trials.items()}
        count = len(these[main])
        shares = [
            fingerprint_scores.recalled(its, above=above[name]) for name, its in these.items()
        ]
        found[copy.name] = [str(count), f"{copy.goal:g}", *(_share(each, count) for each in shares)]
        verdicts = fingerprint_scores.verdicts(
            fingerprint_scores.pairs(these[main], scenes), kind=Kind.TRUE
        )
        silent = count - sum(verdicts.values())
        said[copy.name] = [
            str(verdicts.get(each, 0) + (silent if each == VERDICTS[-1] else 0))
            for each in VERDICTS
        ]
    columns = ("copy", "tried", "goal", *trials)
    yield Grid("Share of copies found above every ordinary pair of the whole run.", columns, found)
    yield Grid(f"What is said of copies by {main}.", ("copy", *VERDICTS), said)


def _of(trials: Sequence[Trial], copy: Copy) -> list[Trial]:
    return [trial for trial in trials if trial.original and trial.copy == copy.name]


def _share(count: int, total: int) -> str:
    return f"{count / total:.2f}" if total else ""


def speeds(measured: Sequence[Sequence[Speed]]) -> Iterator[Row]:
    """Say how many seconds of video a second of one core reads and describes."""
    for product, decoding, *others in measured:
        what = "seconds of video in a second of one core"
        yield Row(f"{what}: {product.what}", product.times, "s", "asked for", SPEED_GOAL, AT_LEAST)
        for each in (product, *others):
            yield Row(f"{what}: {each.what}", each.times, "s", decoding.what, decoding.times)
