"""Storyboards in Postgres: what was drawn, sealed under the keys of all whom it is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation

_ASSETS = "assets"  # Under this name beside the storyboard, so that one seal closes both.


def update(
    tx: Tx,
    generation: Generation,
    storyboard: dict[str, Any],
    assets: Sequence[Mapping[str, str]] = (),
) -> None:
    """Keep what was drawn, shot by shot and word by word, and what it was drawn with."""
    place, kept = _place(generation.id), storyboard | {_ASSETS: list(assets)}
    tx.conn.execute(
        "UPDATE rights.generation SET storyboard = %s WHERE id = %s",
        (sealing.seal(tx, kept, about=generation.about, place=place), generation.id),
    )


def find(tx: Tx, generation_id: str) -> dict[str, Any] | None:
    """Return what was drawn, or None before it was released and after it was erased."""
    found = _opened(tx, [generation_id]).get(generation_id)
    if found is None:
        return None
    return {name: value for name, value in found.items() if name != _ASSETS}


def assets(tx: Tx, generation_id: str) -> list[dict[str, str]]:
    """Return what an output was drawn with; nothing of one from before that was kept."""
    found = _opened(tx, [generation_id]).get(generation_id)
    return [] if found is None else found.get(_ASSETS, [])


def lines(tx: Tx, generation_ids: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Return what is said in outputs, each line after its shot, from 1, by the output."""
    return {
        generation_id: [
            (number, line["text"])
            for number, shot in enumerate(storyboard["shots"], 1)
            for line in shot["dialogue"]
        ]
        for generation_id, storyboard in _opened(tx, generation_ids).items()
    }


def _opened(tx: Tx, generation_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = tx.conn.execute(
        """
        SELECT id, storyboard, about, rights.keys_of(about) FROM rights.generation
        WHERE id = ANY(%s) AND storyboard IS NOT NULL
        """,
        (list(generation_ids),),
    )
    opened = {
        generation_id: sealing.unseal(
            tx, sealed, about=about, keys=keys, place=_place(generation_id)
        )
        for generation_id, sealed, about, keys in rows.fetchall()
    }
    return {name: storyboard for name, storyboard in opened.items() if storyboard is not None}


def _place(generation_id: str) -> str:
    return f"generation.storyboard/{generation_id}"
