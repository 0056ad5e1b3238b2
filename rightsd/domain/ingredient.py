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
MODEL = "urn:rightsd:model:"


class Relationship(StrEnum):
    """What an ingredient is to an output, in words of C2PA."""

    INPUT = "inputTo"  # The generator was given it.
    COMPONENT = "componentOf"  # It is in the output.
    PARENT = "parentOf"  # The output is that, with something changed.


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One thing that an output is made of.

    Attributes:
        label: By which the actions of the manifest name it.
        title: What it is. Never what someone called it.
        media_type: Such as text/plain.
        instance_id: A commitment to it, or the URN of its manifest; None: what its file says.
        file: With a manifest of its own, which goes into that of the output; None: there is none.
        description: What else is to be said of it.
        data_type: What kind of thing it is, in words of C2PA, if it is no file of pictures.
    """

    label: str
    title: str
    media_type: str
    relationship: Relationship
    instance_id: str | None = None
    file: Path | None = None
    description: str | None = None
    data_type: str | None = None

    def said(self) -> dict[str, object]:
        """Return it in the signer's words."""
        said: dict[str, object] = {
            "label": self.label,
            "title": self.title,
            "format": self.media_type,
            "relationship": str(self.relationship),
        }
        if self.instance_id is not None:
            said["instance_id"] = self.instance_id
        if self.description is not None:
            said["description"] = self.description
        if self.data_type is not None:
            said["data_types"] = [{"type": self.data_type}]
        return said


def given(label: str, title: str, media_type: str, commitment: bytes) -> Ingredient:
    """Return what the generator was given, of which only a commitment is stated."""
    instance_id = COMMITMENT + commitment.hex()
    return Ingredient(label, title, media_type, Relationship.INPUT, instance_id)


def model(number: int, name: str, revision: str, licence: str) -> Ingredient:
    """Return a model that others trained, by which the output was made.

    Args:
        number: Which of them, from 1.
        name: Of the model.
        revision: Which weights: a commit, or a digest over them.
        licence: Under which they came.
    """
    return Ingredient(
        f"model{number}",
        name,
        "application/octet-stream",
        Relationship.INPUT,
        f"{MODEL}{name}@{revision}",
        description=f"revision {revision}, licence {licence}",
        data_type="c2pa.types.model",
    )


def parent(
    number: int, generation_id: str, manifest_id: str, file: Path | None, *, kept: bool = False
) -> Ingredient:
    """Return an output that another one is made of.

    Args:
        number: Which of them, from 1.
        generation_id: Its id.
        manifest_id: The URN of its manifest.
        file: The output; None: its manifest is only named.
        kept: Whether its shots are in the other, but for what was changed.
    """
    named = None if file is not None else manifest_id
    title = f"{generation_id}.mp4"
    relationship = Relationship.PARENT if kept else Relationship.INPUT
    return Ingredient(f"of{number}", title, "video/mp4", relationship, named, file)


def shot(number: int, file: Path) -> Ingredient:
    """Return a shot that an output is cut from; `number` counts from 1."""
    return Ingredient(
        f"shot{number}", f"shot {number}", "video/mp4", Relationship.COMPONENT, file=file
    )
