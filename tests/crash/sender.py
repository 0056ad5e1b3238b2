"""A process that sends what is due to platforms, until it is killed.

Run as `python -m tests.crash.sender HOME DSN BLOBS`.
"""

import sys
from dataclasses import replace
from pathlib import Path

from rightsd import bootstrap
from rightsd.adapters.http import Guard
from rightsd.settings import Settings
from rightsd.workflows import deliveries


def main() -> None:
    home, dsn, blobs = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=dsn, blobs_url=blobs)
    with bootstrap.connect(dsn, 4) as pool:
        built = bootstrap.build(settings, settings.home, dsn, pool)
        rt = replace(built, webhook_guard=Guard(allow_private=True))
        deliveries.send(rt, deliveries.Calls())


if __name__ == "__main__":
    main()
