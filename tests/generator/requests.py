from dataclasses import replace
from fractions import Fraction

from generator import registry
from generator.base import Cameo, Clip, Look, Request

LOOK = Look(
    skin=(226, 172, 132), hair=(32, 24, 22), clothes=(30, 150, 60), height_m=1.65, voice_hz=205.0
)
CAMEO = Cameo(handle="aya", token="token-from-the-gate", look=LOOK)
SMALL = Request(
    prompt="A blue ball bounces in the studio. Wide shot, static, single take.",
    seed=7,
    seconds=1.0,
    width=160,
    height=90,
    fps=Fraction(12),
)


def request(prompt: str = SMALL.prompt, **changes: object) -> Request:
    return replace(SMALL, prompt=prompt, **changes)  # pyright: ignore[reportArgumentType]


def clip(asked: Request) -> Clip:
    engine = registry.engine(registry.DEFAULT)
    return engine.generate(asked, engine.plan(asked), progress=lambda _: None)
