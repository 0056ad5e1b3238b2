"""Clips as players fetch them: whole, or a stretch at a time."""

import re

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from rightsd.domain.generation import Output
from rightsd.runtime import Runtime
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Visitor

# One stretch: players ask for no more, and several at once may be answered with the whole.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
MEDIA_TYPE = "video/mp4"


def play(rt: Runtime, visitor: Visitor, request: Request, output: Output) -> Response:
    """Return a clip, or the stretch that is asked for, to someone who may look at it now.

    Source: RFC 9110, section 14. `If-Range` needs no care: a name never comes to mean other bytes.
    """
    # Kept by nobody: what may be shown now may not in a minute.
    headers = render.headers(visitor.nonce) | {
        "Accept-Ranges": "bytes",
        "ETag": f'"{output.sha256}"',
        "Content-Disposition": f'inline; filename="{output.event_id}.mp4"',
    }
    wanted = stretch(request.headers.get("range", ""), output.size)
    if wanted is None:
        headers["Content-Length"] = str(output.size)
        blob = rt.blobs.open(output.sha256)
        return StreamingResponse(blob, media_type=MEDIA_TYPE, headers=headers)
    start, end = wanted
    if start >= end:
        return Response(
            status_code=416, headers=headers | {"Content-Range": f"bytes */{output.size}"}
        )
    headers["Content-Length"] = str(end - start)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{output.size}"
    blob = rt.blobs.open(output.sha256, start=start, length=end - start)
    return StreamingResponse(blob, 206, media_type=MEDIA_TYPE, headers=headers)


def stretch(asked: str, size: int) -> tuple[int, int] | None:
    """Return which bytes a `Range` asks for, from the first to before the last; None: all of them.

    Nothing of it is there, if the end is not behind the start. What is no range of bytes, or is
    several, is passed over, as a server may.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
