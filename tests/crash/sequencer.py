"""A process that sequences the log until its standard input ends: `… DSN BATCH_MAX`.

It says "ready" once it is connected, and forgets nothing when it is killed: it knows nothing.
"""

import select
import sys

import psycopg

from ledger import sequencing
from tests.ledger.oracle import SIGNER

PAUSE_SECONDS = 0.01


def main() -> None:
    dsn, batch_max = sys.argv[1:]
    with psycopg.connect(dsn, prepare_threshold=None) as conn:
        print("ready", flush=True)
        while True:
            batch = sequencing.sequence(conn, signers=[SIGNER], batch_max=int(batch_max))
            conn.commit()
            idle = batch is None or not batch.entries
            if idle and select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
                return


if __name__ == "__main__":
    main()
