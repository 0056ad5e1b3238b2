"""A process whose children each make one output and sequence the log, until they die.

Run as `python -m tests.crash.victim HOME DSN BLOBS GENERATION`: tests/crash/dying.py.
"""

import sys

from rightsd.workflows import checkpoints
from rightsd.workflows.generations import production
from tests.crash.dying import Mortal, children


def live(rt: Mortal) -> None:
    while checkpoints.sequence(rt):
        pass
    production.produce(rt, sys.argv[4])
    while checkpoints.sequence(rt):
        pass


if __name__ == "__main__":
    children(live)
