"""Files and signers for the tests of Content Credentials."""

import contextlib
import io
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from PIL import Image

from rightsd.adapters import authority, claims
from rightsd.adapters.c2pa import ContentCredentials, Signed
from rightsd.adapters.claims import ClaimSigner
from rightsd.domain import manifest
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.label import Label
from rightsd.domain.manifest import (
    Agent,
    DigitalSourceType,
    OutputFacts,
    RightsFacts,
    SoftBinding,
)
from rightsd.domain.trust import Anchors

RIGHTS = RightsFacts("dec_1", "2026-11.1", "rights.example/log", "evt_1")
# The library checks certificates against its own clock.
NOW = datetime.now(UTC)


class Signer:
    """An install: its development authority, and what it made of it."""

    def __init__(self, made: datetime = NOW, issuer: authority.Authority | None = None) -> None:
        issuer = issuer or authority.create(made)
        leaf = authority.issue(issuer.issuing, made)
        self.made = made
        self.issuer = issuer
        self.root_pem = issuer.root_pem
        self.chain_pem = leaf.certificate_pem + issuer.issuing.certificate_pem
        key = load_pem_private_key(leaf.key_pem.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key

    def renewed(self) -> "Signer":
        """The same install with its next leaf."""
        return Signer(self.made, self.issuer)

    def sign(self, data: bytes) -> bytes:
        return claims.es256(self.key, data)

    def credentials(self, **others: Any) -> ContentCredentials:
        anchors = others.pop("anchors", self.root_pem)
        sign = others.pop("sign", self.sign)
        anchors = anchors if isinstance(anchors, Anchors) else Anchors(anchors)
        return ContentCredentials(lambda: ClaimSigner(self.chain_pem, sign), anchors, **others)


OURS = Signer()
STRANGER = Signer()


def thumbnail() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 60)).save(buffer, "JPEG")
    return buffer.getvalue()


def define(title: str = "out.mp4", ingredients: Sequence[Ingredient] = ()) -> dict[str, object]:
    return manifest.definition(
        OutputFacts(
            title,
            "video/mp4",
            Label(
                identifier="gen_1",
                provider="Example Studio",
                system="examplegen",
                version="2.1",
                digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
                made_at=NOW,
            ),
        ),
        claim_generator=Agent("rightsd", "0.1.0"),
        watermark=SoftBinding("org.rightsd.lattice.1", "AQID/w=="),
        fingerprint=SoftBinding("org.rightsd.phash256.1", "BAUG"),
        rights=RIGHTS,
        ingredients=ingredients,
    )


def sign(
    credentials: ContentCredentials,
    source: Path,
    target: Path,
    *,
    title: str = "out.mp4",
    ingredients: Sequence[Ingredient] = (),
) -> Signed:
    definition = define(title, ingredients)
    return credentials.sign(
        source, target, definition=definition, thumbnail=thumbnail(), ingredients=ingredients
    )


def write_video(path: Path) -> None:
    rng = np.random.default_rng(7)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(8))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(8):
            pixels = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


def remux(source: Path, target: Path) -> None:
    with av.open(str(source)) as original, av.open(str(target), "w") as copy:
        video = original.streams.video[0]
        stream = copy.add_stream_from_template(video)
        for packet in original.demux(video):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)


def flip(source: Path, target: Path, *, after: bytes, skip: int = 0) -> Path:
    """Copy a file with one bit changed, `skip` bytes after a landmark."""
    content = bytearray(source.read_bytes())
    content[content.index(after) + len(after) + skip] ^= 1
    target.write_bytes(content)
    return target


@contextlib.contextmanager
def counting_server() -> Iterator[tuple[str, list[str]]]:
    """A web server on loopback that counts who comes."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", hits
        server.shutdown()
        thread.join()
