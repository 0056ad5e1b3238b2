"""No models: nothing can be checked, and everything says so."""

from typing import NoReturn

from rightsd.domain.template import Face, Model, Template
from rightsd.errors import Code, RightsError
from rightsd.ports import Picture, Samples


class Absent:
    """What a machine without models has."""

    @property
    def face_model(self) -> Model | None:
        """There is none."""
        return None

    @property
    def voice_model(self) -> Model | None:
        """There is none."""
        return None

    def faces(self, picture: Picture, *, turned: bool = False) -> list[Face]:
        """Refuse."""
        del picture, turned
        refuse("faces")

    def embed_face(self, picture: Picture, face: Face) -> Template:
        """Refuse."""
        del picture, face
        refuse("faces")

    def embed_voice(self, samples: Samples, rate: int) -> Template:
        """Refuse."""
        del samples, rate
        refuse("voices")

    def voices(self, samples: Samples, rate: int) -> list[tuple[float, Template]]:
        """Refuse."""
        del samples, rate
        refuse("voices")


def refuse(what: str) -> NoReturn:
    """Say that something cannot be checked here.

    Raises:
        RightsError: UNAVAILABLE.
    """
    detail = f"{what} cannot be checked here: the operator has to run `rightsd models install`"
    raise RightsError(Code.UNAVAILABLE, detail)
