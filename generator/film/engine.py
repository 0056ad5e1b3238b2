"""The film engine: the same worlds as the procedural one, shot with the signed-distance film.

Same request, same seed, same bytes, on every machine and with any number of threads.
"""

from collections.abc import Callable

from generator import assets, base, likeness, remixes, storyboards
from generator.base import Asset, Clip, Request, Samples, Storyboard
from generator.film import measuring, pictures, staging
from generator.film.casting import FilmHold
from generator.film.scenes import Take
from generator.film.staging import Production
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

    def revise(self, request: Request, storyboard: Storyboard, *, shot: int) -> Storyboard:
        """Return a storyboard in which one shot is as the prompt of this request has it.

        Raises:
            GeneratorError: The request is out of bounds, or there is no such shot.
        """
        base.check(request)
        return direction.redirect(request, storyboard, shot=shot, vocabulary=FILM)

    def assets(self, storyboard: Storyboard) -> tuple[Asset, ...]:
        """Return what a storyboard is carried out with: all of it the engine's own."""
        return assets.bundled(storyboard)

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
        looks = likeness.looks(remixes.every_shot(storyboard), request.cameos, seed=request.seed)
        seconds, fps = float(request.frame_count / request.fps), float(request.fps)
        aspect, numbers = request.width / request.height, remixes.numbers(storyboard)
        progress(0.0)

        def make(board: Storyboard) -> tuple[Production, Samples]:
            world = worlds.build(board, looks, seconds=seconds, hold=FilmHold())
            production = staging.produce(world, aspect=aspect, fps=fps, numbers=numbers)
            progress(0.0)
            return production, mixes.mix(
                world, seconds=seconds, aspect=aspect, view=production.view
            )

        made = remixes.by_shot(storyboard, make)
        productions = [production for production, _ in made]
        claimed = direction.tell(storyboard, request, vocabulary=FILM)
        told = measuring.measured(claimed, productions, progress=lambda: progress(0.0))
        storyboards.check_strictness(told, request)
        audio = remixes.spliced(tuple(sound for _, sound in made), storyboard, rate=mixes.RATE)

        def take(index: int) -> Take:
            at = float(index / request.fps)
            return staging.take(productions[productions[0].world.shot_at(at)], at)

        frames = pictures.shoot(
            take, count=request.frame_count, width=request.width, height=request.height
        )
        watched = base.watched(frames, request.frame_count, progress)
        events = worlds.contacts([production.world for production in productions])
        return Clip(told, watched, audio, mixes.RATE, events)
