"""The model of meanings, made once for all tests, and a work that is described."""

from dataclasses import replace

from rightsd.adapters.minilm import MiniLM
from rightsd.db.tx import Tx
from rightsd.db.vectors import Vectors
from rightsd.domain.principal import Principal
from rightsd.domain.work import Kind, Work
from rightsd.runtime import Runtime
from rightsd.workflows import works

MODEL = MiniLM()
DESCRIPTION = (
    "A lone giant with a tree growing out of his back who walks through an endless desert carrying "
    "a village of tiny people on his shoulders."
)
DESCRIBES = (
    "a colossal solitary man trudges over endless dunes, a tree sprouting from his back and a tiny "
    "village on his shoulders"
)
RESEMBLES = "a giant walks through the desert with a small village of people who follow him"
INNOCENT = "a caravan of camels walks through the desert while the sun goes down behind the dunes"


def process(rt: Runtime) -> Runtime:
    """Return another process's runtime: it shares the database, and remembers for itself."""
    return replace(rt, vectors=Vectors(MODEL))


def work(tx: Tx, brand: Principal, *described_as: str, title: str = "Tamarok") -> Work:
    return works.register(
        tx,
        brand,
        kind=Kind.CHARACTER,
        title=title,
        aliases=(),
        described_as=described_as or (DESCRIPTION,),
    )
