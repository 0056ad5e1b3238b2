"""A process that verifies the next file of a batch, until it is killed.

Run as `python -m tests.crash.verifier HOME DSN BLOBS`.
"""

import sys
from dataclasses import replace
from pathlib import Path

from rightsd import bootstrap
from rightsd.adapters.http import Guard
from rightsd.settings import Settings
from rightsd.workflows.verifications import batches


def main() -> None:
    home, dsn, blobs = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=dsn, blobs_url=blobs)
    with bootstrap.connect(dsn, 4) as pool:
        built = bootstrap.build(settings, settings.home, dsn, pool)
        batches.verify_next(replace(built, reference_guard=Guard(allow_private=True)))


if __name__ == "__main__":
    main()
