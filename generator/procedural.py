"""The bundled engine: a prompt is read, a small world is simulated, filmed and heard.

Same request, same seed, same bytes: nothing here asks for the time, the machine or a random number
that does not come from the seed.
"""

from collections.abc import Callable

from generator import assets, base, likeness, remixes, storyboards
from generator.base import Asset, Clip, Request, Samples, Storyboard
from generator.language import direction
from generator.language.vocabularies import PROCEDURAL
from generator.render import pictures
from generator.simulate import world as worlds
from generator.simulate.world import World
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

    def revise(self, request: Request, storyboard: Storyboard, *, shot: int) -> Storyboard:
        """Return a storyboard in which one shot is as the prompt of this request has it.

        Raises:
            GeneratorError: The request is out of bounds, or there is no such shot.
        """
        base.check(request)
        return direction.redirect(request, storyboard, shot=shot, vocabulary=PROCEDURAL)

    def assets(self, storyboard: Storyboard) -> tuple[Asset, ...]:
        """Return what a storyboard is carried out with: all of it the engine's own but a voice."""
        return assets.bundled(storyboard, espeak_ng=self._name == WITH_ESPEAK)

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
        looks = likeness.looks(remixes.every_shot(storyboard), request.cameos, seed=request.seed)
        seconds = float(request.frame_count / request.fps)
        progress(0.0)
        espeak_ng, aspect = self._name == WITH_ESPEAK, request.width / request.height

        def make(board: Storyboard) -> tuple[World, Samples]:
            world = worlds.build(board, looks, seconds=seconds, espeak_ng=espeak_ng)
            return world, mixes.mix(world, seconds=seconds, aspect=aspect)

        made = remixes.by_shot(storyboard, make)
        built = [world for world, _ in made]
        sounds = tuple(sound for _, sound in made)
        audio = remixes.spliced(sounds, storyboard, rate=mixes.RATE)
        frames = base.watched(pictures.shoot(built, request), request.frame_count, progress)
        return Clip(told, frames, audio, mixes.RATE, worlds.contacts(built))
