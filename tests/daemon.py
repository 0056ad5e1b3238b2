"""What a running daemon does between requests, done here and now."""

from functools import partial

from rightsd import worker
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints


def settle(rt: Runtime) -> None:
    """Sequence what was committed and work off what follows, until nothing follows any more."""
    while checkpoints.sequence(rt):
        rt.queue.work(
            worker.KINDS,
            partial(worker.handle, rt),
            give_up=partial(worker.give_up, rt),
            stopping=rt.stopping.set,
            wait=False,
        )
