"""The numbers that the id pass of a picture gives to what a storyboard names."""

from collections.abc import Mapping
from typing import TypeAlias

from generator.base import Prop, Role, Shot

Key: TypeAlias = tuple[str, ...]

PLACE = 1
_FIRST_ROLE, _FIRST_PROP = 100, 1000  # Far apart: no storyboard holds so many of either.
PLACE_KEY: Key = ("place",)


def role_key(role: Role) -> Key:
    """Return what a figure is called all through a storyboard."""
    return ("role", role.name)


def prop_key(prop: Prop) -> Key:
    """Return what things of one kind and colour are called all through a storyboard."""
    return ("prop", prop.kind, *(str(value) for value in prop.colour))


def numbers(shots: tuple[Shot, ...]) -> Mapping[Key, int]:
    """Return the number of the place, of every figure and of every kind of thing."""
    found: dict[Key, int] = {PLACE_KEY: PLACE}
    roles = dict.fromkeys(role_key(role) for shot in shots for role in shot.cast)
    props = dict.fromkeys(prop_key(prop) for shot in shots for prop in shot.props)
    found.update({key: _FIRST_ROLE + index for index, key in enumerate(roles)})
    found.update({key: _FIRST_PROP + index for index, key in enumerate(props)})
    return found
