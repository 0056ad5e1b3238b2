"""What was asked for, as the sealed words of a generation's row hold it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rightsd.domain.generation import Remix, Wanted
from rightsd.domain.terms import PERSONAL, Purpose, Use


def written(wanted: Wanted) -> dict[str, Any]:
    """Return what of a wish is sealed; the rest of it is columns."""
    said = {
        "prompt": wanted.prompt,
        "cameos": wanted.cameos,
        "use": asdict(wanted.use),
        "salt": wanted.salt.hex(),
    }
    return said if wanted.remix is None else {**said, "remix": asdict(wanted.remix)}


def read(private: Mapping[str, Any], row: Mapping[str, Any]) -> Wanted:
    """Return a wish from the sealed words and the columns of its row."""
    remix = private.get("remix")
    return Wanted(
        prompt=private["prompt"],
        cameos=tuple(private["cameos"]),
        seed=row["seed"],
        seconds=row["seconds"],
        width=row["width"],
        height=row["height"],
        salt=bytes.fromhex(private["salt"]),
        people=tuple(row["about"][1:]),
        use=_use(private.get("use")),
        remix=None if remix is None else Remix(**remix),
    )


def _use(written: dict[str, Any] | None) -> Use:
    """Return what a request said it was for; those of before terms said nothing."""
    if written is None:
        return PERSONAL
    return Use(
        Purpose(written["purpose"]),
        tuple(written["territories"]),
        tuple(written["platforms"]),
        tuple(written["languages"]),
    )
