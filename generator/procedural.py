"""The bundled engine: a prompt is read, a small world is simulated, filmed and heard.

Same request, same seed, same bytes: nothing here asks for the time, the machine or a random number
that does not come from the seed.
"""

from collections.abc import Callable

from generator import base, likeness, storyboards
from generator.base import Clip, Request, Storyboard
from generator.language import direction
from generator.language.vocabularies import PROCEDURAL
from generator.render import pictures
from generator.simulate import world as worlds
from generator.sound import mixes

NAME = "procedural"
WITH_ESPEAK = "procedural-espeak"  # Its lines are said by eSpeak NG, the extra `voice`.
VERSION = 4
# An image made by an algorithm from no training data, which is what this engine does.
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


class Procedural:
    """The procedural engine. It holds no state but its name.

    Args:
        name: NAME, or WITH_ESPEAK: then eSpeak NG says what it can; without it, our own voice does.
    """

    def __init__(self, name: str = NAME) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """What the registry calls the engine."""
        return self._name

    @property
    def version(self) -> int:
        """Changes whenever the same request would give other bytes."""
        return VERSION

    @property
    def digital_source_type(self) -> str:
        """IPTC digital source type of the outputs, a URI."""
        return DIGITAL_SOURCE_TYPE

    def plan(self, request: Request) -> Storyboard:
        """Return the storyboard of a request, with the fate of every word of its prompt.

        Raises:
            GeneratorError: The request is out of bounds, or too little of it is drawn for how
                strict it is.
        """
        base.check(request)
        board = direction.direct(request, engine=self._name, version=VERSION, vocabulary=PROCEDURAL)
        storyboards.check_strictness(board, request)
        return board

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        """Return the clip of a storyboard; its frames are rendered as they are taken.

        The words of the clip's storyboard are read anew: an edited one may show less of them.

        Args:
            request: What was asked for, with the cameos' consent tokens.
            storyboard: What `plan` answered, perhaps edited.
            progress: Gets the share done, 0..1, before and after every chunk of at most
                PROGRESS_FRAMES frames; what it raises ends the clip and reaches the caller.

        Raises:
            GeneratorError: The request or the storyboard is out of bounds, or too little of the
                prompt is drawn by it for how strict the request is.
        """
        base.check(request)
        storyboards.check(
            storyboard, request, engine=self._name, version=VERSION, vocabulary=PROCEDURAL
        )
        told = direction.tell(storyboard, request, vocabulary=PROCEDURAL)
        storyboards.check_strictness(told, request)
        looks = likeness.looks(storyboard.shots, request.cameos, seed=request.seed)
        seconds = float(request.frame_count / request.fps)
        progress(0.0)
        world = worlds.build(
            storyboard, looks, seconds=seconds, espeak_ng=self._name == WITH_ESPEAK
        )
        aspect = request.width / request.height
        audio = mixes.mix(world, seconds=seconds, aspect=aspect)
        frames = base.watched(pictures.shoot(world, request), request.frame_count, progress)
        return Clip(told, frames, audio, mixes.RATE, world.contacts())
