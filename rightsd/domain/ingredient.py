"""What an output is made of, as its manifest says: what went in, and the shots that it is cut from.

Nothing personal: of what people wrote, sent or look like there is a salted commitment, by which
they, and nobody else, can be shown to have been used. When the salt is erased it opens to nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# Outputs that one is made of, and of these those whose whole manifest goes into its own. A
# reference may show any number of copies of one clip: the others say nothing more.
PARENTS_MAX = 32
PARENTS_WHOLE_MAX = 4
# A manifest store that is larger is only named, so that remixes of remixes stay small.
STORE_BYTES_MAX = 512 * 1024
COMMITMENT = "urn:rightsd:commitment:"


class Relationship(StrEnum):
    """What an ingredient is to an output, in words of C2PA."""

    INPUT = "inputTo"  # The generator was given it.
    COMPONENT = "componentOf"  # It is in the output.


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One thing that an output is made of.

    Attributes:
        label: By which the actions of the manifest name it.
        title: What it is. Never what someone called it.
        media_type: Such as text/plain.
        instance_id: A commitment to it, or the URN of its manifest; None: what its file says.
        file: With a manifest of its own, which goes into that of the output; None: there is none.
    """

    label: str
    title: str
    media_type: str
    relationship: Relationship
    instance_id: str | None = None
    file: Path | None = None

    def said(self) -> dict[str, object]:
        """Return it in the signer's words."""
        said: dict[str, object] = {
            "label": self.label,
            "title": self.title,
            "format": self.media_type,
            "relationship": str(self.relationship),
        }
        return said if self.instance_id is None else {**said, "instance_id": self.instance_id}


def given(label: str, title: str, media_type: str, commitment: bytes) -> Ingredient:
    """Return what the generator was given, of which only a commitment is stated."""
    instance_id = COMMITMENT + commitment.hex()
    return Ingredient(label, title, media_type, Relationship.INPUT, instance_id)


def parent(number: int, generation_id: str, manifest_id: str, file: Path | None) -> Ingredient:
    """Return an output that another one is made of.

    Args:
        number: Which of them, from 1.
        generation_id: Its id.
        manifest_id: The URN of its manifest.
        file: The output; None: its manifest is only named.
    """
    named = None if file is not None else manifest_id
    title = f"{generation_id}.mp4"
    return Ingredient(f"of{number}", title, "video/mp4", Relationship.INPUT, named, file)


def shot(number: int, file: Path) -> Ingredient:
    """Return a shot that an output is cut from; `number` counts from 1."""
    return Ingredient(
        f"shot{number}", f"shot {number}", "video/mp4", Relationship.COMPONENT, file=file
    )
