"""Clips as players read them: whole, or a stretch at a time (RFC 9110, section 14)."""

import re

from fastapi.responses import Response, StreamingResponse

from rightsd.domain.generation import Output
from rightsd.runtime import Runtime
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Visitor

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


def stretch(asked: str, size: int) -> tuple[int, int] | None:
    """Return from where, and how many bytes, a field `Range` asks for; None: the whole file.

    Several stretches at once, and units of others, are answered with the whole: section 14.2 lets
    a server ignore the field.

    Returns:
        Where it begins and how long it is; no length: nothing of it is in the file.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        return size - length, length
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    return first, max(0, last - first + 1)


def send(rt: Runtime, visitor: Visitor, output: Output, asked: str) -> Response:
    """Return a clip, or the stretch of it that is asked for.

    Args:
        rt: The runtime.
        visitor: Who may look at it, as has been checked.
        output: The clip.
        asked: The field `Range` of the request; empty: there is none.
    """
    headers = render.headers(visitor.nonce) | {
        "Accept-Ranges": "bytes",
        "ETag": f'"{output.sha256}"',
        "Content-Disposition": "inline",
    }
    size = rt.blobs.size(output.sha256)
    part = stretch(asked, size)
    if part is None:
        headers["Content-Length"] = str(size)
        whole = rt.blobs.open(output.sha256)
        return StreamingResponse(whole, media_type="video/mp4", headers=headers)
    first, length = part
    if not length:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    headers["Content-Length"] = str(length)
    blob = rt.blobs.open(output.sha256, start=first, length=length)
    return StreamingResponse(blob, 206, media_type="video/mp4", headers=headers)
