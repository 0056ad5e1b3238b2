"""Everyone who is enrolled, as this process remembers them, derived from Postgres.

Another one remembers the voices of works: there, what is called a subject is a recording.

It forgets whoever is cleared or erased at the next look, before anything is compared.
"""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rightsd.domain import template as domain
from rightsd.domain.recognition import FINDINGS_MAX, Finding, Lookalike, Recognition, Seen
from rightsd.domain.template import Kind, Level, Metric, Model, Sighting, Template

Floats = npt.NDArray[np.float32]
Change = tuple[str, str, Template | None]  # Of a row: its id, its subject's, and what it holds now.


class Gallery:
    """Means of people's templates, one for each model. Any thread may call anything."""

    def __init__(self, *, findings_max: int = FINDINGS_MAX) -> None:
        """Begin with nobody.

        Args:
            findings_max: Who is named for one sighting, at most.
        """
        self._findings_max = findings_max
        self._rows: dict[str, tuple[str, Template]] = {}
        self._of: dict[str, set[str]] = {}  # Ids of the rows of a subject.
        self._enrolled: dict[Kind, set[str]] = {kind: set[str]() for kind in Kind}
        self._means: dict[str, dict[str, Floats]] = {}  # By model, then by subject.
        self._points: dict[str, tuple[list[str], Floats]] = {}  # By model: the means as a matrix.
        self._horizon = 0
        self._lock = threading.Lock()

    def catch_up(
        self,
        models: Sequence[Model],
        read: Callable[[int], tuple[Sequence[Change], int]],
    ) -> None:
        """Take in what has changed since the last time; others wait for it meanwhile.

        Args:
            models: Those in use, always the same.
            read: Given the last horizon, returns what transactions from there on have changed, and
                the horizon of this reading. What is known already may be among it.
        """
        with self._lock:
            changes, horizon = read(self._horizon)
            changed: set[str] = set()
            for row_id, subject_id, held in changes:
                if held is None and self._rows.pop(row_id, None) is not None:
                    self._of[subject_id].discard(row_id)
                    changed.add(subject_id)
                elif held is not None and row_id not in self._rows:
                    self._rows[row_id] = (subject_id, held)
                    self._of.setdefault(subject_id, set()).add(row_id)
                    changed.add(subject_id)
            for subject_id in changed:
                self._renew(models, subject_id)
            if changed:
                self._points.clear()
            self._horizon = max(self._horizon, horizon)

    def kinds(self) -> frozenset[Kind]:
        """Return of what there are templates at all."""
        with self._lock:
            return frozenset(kind for kind, subjects in self._enrolled.items() if subjects)

    def recognise(self, models: Sequence[Model], seen: Seen) -> Recognition:
        """Return whom what was seen is like, and what nobody could say."""
        of = {model.kind: model for model in models}
        with self._lock:
            lookalikes = [
                found
                for sighting in seen.sightings
                if (model := of.get(sighting.template.kind)) is not None
                and (found := self._find(model, sighting)) is not None
            ]
            unchecked = [
                kind for kind in Kind if not self._is_checked(kind, of.get(kind), seen.kinds)
            ]
        return Recognition(tuple(lookalikes), tuple(unchecked))

    def _is_checked(self, kind: Kind, model: Model | None, looked_for: frozenset[Kind]) -> bool:
        """Return whether everyone with a template of a kind was looked for."""
        enrolled = self._enrolled[kind]
        if not enrolled:
            return True
        known = 0 if model is None else len(self._means.get(model.id, ()))
        return kind in looked_for and known == len(enrolled)

    def _renew(self, models: Sequence[Model], subject_id: str) -> None:
        """Work out anew what someone is sought by; with no templates left, they are forgotten."""
        held = [self._rows[row_id][1] for row_id in sorted(self._of[subject_id])]
        for kind, subjects in self._enrolled.items():
            subjects.discard(subject_id)
            if any(template.kind is kind for template in held):
                subjects.add(subject_id)
        for model in models:
            means = self._means.setdefault(model.id, {})
            means.pop(subject_id, None)
            mean = domain.mean_of(model, held)
            if mean is not None:
                means[subject_id] = np.array(mean, np.float32)
        if not held:
            del self._of[subject_id]

    def _find(self, model: Model, sighting: Sighting) -> Lookalike | None:
        if sighting.template.model != model.id:
            return None
        subjects, points = self._matrix(model)
        probe = np.frombuffer(sighting.template.vector, "<f4")
        if model.metric is Metric.DISTANCE:
            values = np.linalg.norm(points - probe, axis=1)
            order = np.argsort(values, kind="stable")
        else:
            values = points @ probe
            order = np.argsort(-values, kind="stable")
        findings: list[Finding] = []
        for row in map(int, order[: self._findings_max]):
            value = float(values[row])
            level = domain.level(model.search, model.metric, value)
            if level is not Level.NONE:
                findings.append(Finding(subjects[row], level, value))
        if not findings:
            return None
        return Lookalike(model.kind, sighting.at_seconds, tuple(findings))

    def _matrix(self, model: Model) -> tuple[list[str], Floats]:
        """Return whom there are templates of this model of, and the mean of each: (N, dims)."""
        if model.id not in self._points:
            means = self._means.get(model.id, {})
            points = np.array(list(means.values()), np.float32).reshape(-1, model.dimensions)
            self._points[model.id] = (list(means), points)
        return self._points[model.id]
