"""The models of this machine: what is installed is used, and what is not says so."""

from pathlib import Path

from rightsd.adapters.likenesses import absent, catalogue, pictures
from rightsd.adapters.likenesses.catalogue import Part
from rightsd.adapters.likenesses.faces import DlibFaces
from rightsd.adapters.likenesses.finder import Finder
from rightsd.adapters.likenesses.voices import Ge2eVoices
from rightsd.domain.template import Face, Model, Template
from rightsd.ports import FaceRecogniser, Picture, Samples


class Local:
    """Finds and recognises faces and voices; see `ports.Likenesses`."""

    def __init__(self, folder: Path, *, faces: FaceRecogniser | None = None) -> None:
        """Look which models there are; they are loaded when they are first needed.

        Args:
            folder: Of the models.
            faces: What recognises faces, instead of the one in the folder.
        """

        def has(*parts: Part) -> bool:
            return all((folder / part.name).is_file() for part in parts)

        self._finder = Finder(folder) if has(catalogue.DETECTOR, catalogue.MESH) else None
        if faces is None and has(catalogue.RECOGNISER):
            part = catalogue.RECOGNISER
            faces = DlibFaces(folder / part.name, part.sha256)
        self._faces = faces if self._finder is not None else None
        part = catalogue.SPEAKER
        self._voices = Ge2eVoices(folder / part.name, part.sha256) if has(part) else None

    @property
    def face_model(self) -> Model | None:
        """What makes templates of faces; None when faces cannot be recognised here."""
        return None if self._faces is None else self._faces.model

    @property
    def voice_model(self) -> Model | None:
        """What makes templates of voices; None when voices cannot be recognised here."""
        return None if self._voices is None else self._voices.model

    def faces(self, picture: Picture, *, turned: bool = False) -> list[Face]:
        """Return the faces in a picture, the largest first."""
        if self._finder is None:
            absent.refuse("faces")
        pictures.require(picture)
        return self._finder.find(picture, turned=turned)

    def embed_face(self, picture: Picture, face: Face) -> Template:
        """Return what a face that was found in this picture is recognised by."""
        if self._faces is None:
            absent.refuse("faces")
        pictures.require(picture)
        return self._faces.embed(picture, face)

    def embed_voice(self, samples: Samples, rate: int) -> Template:
        """Return what the voice in a recording of one person is recognised by."""
        if self._voices is None:
            absent.refuse("voices")
        return self._voices.embed(samples, rate)

    def voices(self, samples: Samples, rate: int) -> list[tuple[float, Template]]:
        """Return what each window of sound is recognised by, with its start in seconds."""
        if self._voices is None:
            absent.refuse("voices")
        return self._voices.windows(samples, rate)
