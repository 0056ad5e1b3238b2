"""Opens object stores by URL: a folder, or an S3 bucket."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, S3Store

from rightsd.errors import Code, RightsError

RETRIES_MAX = 5
RETRY_TIME_MAX = timedelta(seconds=120)


def open_store(url: str, *, what: str, mode: int) -> tuple[LocalStore | S3Store, Path | None]:
    """Return the store that a URL names, and its folder if it is one.

    Args:
        url: `file:///folder`, which is made if missing, or `s3://bucket/prefix`, with the
            credentials, region and endpoint of the usual `AWS_…` environment variables.
        what: What is kept there, for the sentence that refuses a URL.
        mode: Of a folder that is made.

    Raises:
        RightsError: INVALID; it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path:
        folder = Path(unquote(parts.path)).absolute()
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        return LocalStore(folder), folder
    if parts.scheme == "s3" and parts.netloc:
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            # Options for the client here would displace those of the environment; its own limit
            # is 30 s a request.
            retry_config={"max_retries": RETRIES_MAX, "retry_timeout": RETRY_TIME_MAX},
        )
        return store, None
    raise RightsError(
        Code.INVALID,
        f"{url!r} names no {what} store; write file:///folder or s3://bucket/prefix.",
    )
