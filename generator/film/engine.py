"""The film engine: the same worlds as the procedural one, shot with the signed-distance film.

Same request, same seed, same bytes, on every machine and with any number of threads.
"""

from collections.abc import Callable

from generator import base, likeness, storyboards
from generator.base import Clip, Request, Storyboard
from generator.film import measuring, pictures, staging
from generator.film.casting import FilmHold
from generator.film.vocabulary import FILM
from generator.language import direction
from generator.simulate import world as worlds
from generator.sound import mixes

NAME = "film"
VERSION = 2
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


class Film:
    """The film engine. It holds no state."""

    @property
    def name(self) -> str:
        """What the registry calls the engine."""
        return NAME

    @property
    def version(self) -> int:
        """Changes whenever the same request would give other bytes."""
        return VERSION

    @property
    def digital_source_type(self) -> str:
        """IPTC digital source type of the outputs, a URI."""
        return DIGITAL_SOURCE_TYPE

    def plan(self, request: Request) -> Storyboard:
        """Return the storyboard of a request: the fate of every word, the object it names.

        What is drawn is a promise here; `generate` measures it.

        Raises:
            GeneratorError: The request is out of bounds, or too little of it is drawn for how
                strict it is.
        """
        base.check(request)
        board = direction.direct(request, engine=NAME, version=VERSION, vocabulary=FILM)
        storyboards.check_strictness(board, request)
        return board

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        """Return the clip of a storyboard; its frames are rendered as they are taken.

        The words of the clip's storyboard are read anew: an edited one may show less of them. It
        tells the share of a frame that each word's object covers; a word whose object is never
        seen is not drawn in it.

        Args:
            request: What was asked for, with the cameos' consent tokens.
            storyboard: What `plan` answered, perhaps edited.
            progress: Gets the share done, 0..1, before and after every chunk of at most
                PROGRESS_FRAMES frames; what it raises ends the clip and reaches the caller.

        Raises:
            GeneratorError: The request or the storyboard is out of bounds, or too little of it is
                seen for how strict the request is.
        """
        base.check(request)
        storyboards.check(storyboard, request, engine=NAME, version=VERSION, vocabulary=FILM)
        looks = likeness.looks(storyboard.shots, request.cameos, seed=request.seed)
        seconds = float(request.frame_count / request.fps)
        progress(0.0)
        world = worlds.build(storyboard, looks, seconds=seconds, hold=FilmHold())
        aspect = request.width / request.height
        production = staging.produce(world, aspect=aspect, fps=float(request.fps))
        claimed = direction.tell(storyboard, request, vocabulary=FILM)
        told = measuring.measured(claimed, production, progress=lambda: progress(0.0))
        storyboards.check_strictness(told, request)
        audio = mixes.mix(world, seconds=seconds, aspect=aspect, view=production.view)
        frames = pictures.shoot(
            lambda index: staging.take(production, float(index / request.fps)),
            count=request.frame_count,
            width=request.width,
            height=request.height,
        )
        watched = base.watched(frames, request.frame_count, progress)
        return Clip(told, watched, audio, mixes.RATE, world.contacts())
