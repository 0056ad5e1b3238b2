"""Processes beside a test: forked from one that has imported what they need, and done nothing.

To import the daemon takes seconds of processor time, which each would pay that is spawned.
"""

import multiprocessing

APART = multiprocessing.get_context("forkserver")
APART.set_forkserver_preload(["pytest", "hypothesis", "rightsd.worker", "rightsd.web.app"])
