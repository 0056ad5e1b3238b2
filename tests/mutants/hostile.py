"""Pictures whose credentials were made to hurt whoever reads them."""

import contextlib
import functools
import hashlib
import io
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import c2pa
import cbor2
from cryptography.hazmat.primitives.serialization import Encoding

from rightsd.adapters import c2pa_child, claims
from tests import pictures
from tests.mutants import stores
from tests.mutants.containers import PNG, chunk
from tests.mutants.stores import CBOR, JUMB, JUMD, Box, Path
from tests.rightsd.adapters import leaves

MANY = 10_000
BOMB_BYTES = 32 * 1024**2  # Twice what one manifest may blow up to.
HUGE = 16 * 1024**2
DEEP = 50_000
PICTURE = pictures.file(pictures.clouds(3))
_UUID_END = bytes.fromhex("00110010800000aa00389b71")
_ACTIVE: Path = (1,)


def signed(
    definition: dict[str, Any],
    *,
    name: str = "Example signer",
    picture: bytes = PICTURE,
    compressed: bool = False,
    elsewhere: str | None = None,
    extensions: leaves.Extensions | None = None,
) -> bytes:
    """Return a picture that a stranger signed.

    Args:
        definition: What they state.
        name: Theirs.
        picture: What they sign.
        compressed: The manifest is.
        elsewhere: Where the manifest is, if it is not in the file.
        extensions: Of their certificate.
    """
    chain = leaves.leaf(extensions, name=name).public_bytes(Encoding.PEM).decode()
    settings = {
        "core": {"prefer_compress_manifests": compressed},
        "verify": {"verify_after_sign": False, "verify_trust": False},
        "trust": {"trust_config": c2pa_child._KEY_USES},
    }
    builder = c2pa.Builder(definition, c2pa.Context.from_dict(settings))
    if elsewhere is not None:
        builder.set_no_embed()
        builder.set_remote_url(elsewhere)
    signer = c2pa.Signer.from_callback(
        lambda data: claims.es256(leaves.KEY, data), c2pa.C2paSigningAlg.ES256, chain, None
    )
    target = io.BytesIO()
    with signer:
        builder.sign(signer, "image/png", io.BytesIO(picture), target)
    return target.getvalue()


def stated(text: str = "x", **others: object) -> dict[str, Any]:
    """Return a definition with a text wherever one can be."""
    action = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        "description": text,
        "softwareAgent": {"name": text, "version": text},
        "parameters": {"said": text},
    }
    return {
        "claim_version": 2,
        "claim_generator_info": [{"name": text, "version": text}],
        "title": text,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {"label": "org.example.said", "data": {text: text, "list": [text]}},
            {"label": "org.rightsd.rights", "data": {"decision_id": text, "event_id": text}},
        ],
        **others,
    }


@functools.cache
def _plain() -> bytes:
    return signed(stated())


def _changed(path: Path, *boxes: Box, of: bytes | None = None) -> bytes:
    data = _plain() if of is None else of
    tree = stores.parse(PNG.store(data))
    return PNG.with_store(data, bytes(stores.put(tree, path, *boxes)))


def _at(*kinds: bytes) -> tuple[Path, Box]:
    """Return where something in the active manifest of the plain picture is, and that."""
    tree = stores.parse(PNG.store(_plain()))
    path, found = _ACTIVE, stores.at(tree, _ACTIVE)
    for kind in kinds:
        number = next(
            number
            for number, each in enumerate(found.inside)
            if each.kind == kind or (each.inside and each.inside[0].content[:4] == kind)
        )
        path, found = (*path, number), found.inside[number]
    return path, found


def _superbox(kind: bytes, label: str, *inside: Box) -> Box:
    described = Box(JUMD, kind + _UUID_END + b"\x03" + label.encode() + b"\0")
    return Box(JUMB, inside=(described, *inside))


def _with_assertions(*boxes: Box) -> Box:
    """Return the plain manifest with more assertions, which its claim names by their hashes."""
    tree = stores.parse(PNG.store(_plain()))
    path, found = _at(b"c2as")
    manifest = stores.put(tree, path, Box(JUMB, inside=(*found.inside, *boxes)))
    path, claim = _at(b"c2cl", CBOR)
    said = cbor2.loads(claim.content)
    said["created_assertions"] += [
        {
            "url": f"self#jumbf=c2pa.assertions/{each.label}",
            "hash": hashlib.sha256(bytes(each)[8:]).digest(),
        }
        for each in boxes
    ]
    return stores.at(stores.put(manifest, path, Box(CBOR, cbor2.dumps(said))), _ACTIVE)


def many_ingredients() -> bytes:
    """As many as nobody has, each in an assertion of its own."""
    said = cbor2.dumps({"dc:title": "x", "dc:format": "image/png", "relationship": "inputTo"})
    many = (
        _superbox(CBOR, f"c2pa.ingredient.v3__{number}", Box(CBOR, said))
        for number in range(1, MANY + 1)
    )
    return _changed(_ACTIVE, _with_assertions(*many))


def an_ingredient_of_itself() -> bytes:
    return _circle(1)


def ingredients_of_one_another() -> bytes:
    return _circle(2)


def _circle(length: int) -> bytes:
    """Manifests each of which is made of the next one, and the last of the first."""
    own = stores.parse(PNG.store(_plain())).inside[1].label
    labels = [own, *(f"urn:c2pa:{number:08}{own[17:]}" for number in range(1, length))]
    made: list[Box] = []
    for label, after in zip(labels, [*labels[1:], own], strict=True):
        where = f"self#jumbf=/c2pa/{after}"
        link = {
            "relationship": "parentOf",
            "activeManifest": {"url": where, "hash": bytes(32)},
            "claimSignature": {"url": f"{where}/c2pa.signature", "hash": bytes(32)},
        }
        assertion = _superbox(CBOR, "c2pa.ingredient.v3", Box(CBOR, cbor2.dumps(link)))
        manifest = _with_assertions(assertion)
        described = manifest.inside[0].content.replace(own.encode(), label.encode())
        made.append(stores.put(manifest, (0,), Box(JUMD, described)))
    return _changed(_ACTIVE, *reversed(made))


def a_bomb() -> bytes:
    """A compressed manifest that is a lot of nothing."""
    return _changed(
        (1, 1), Box(b"brob", brotli.compress(bytes(BOMB_BYTES), quality=1)), of=_compressed()
    )


def a_bomb_that_is_a_manifest() -> bytes:
    """A compressed manifest that is one, with an assertion that is a lot of nothing."""
    data = _compressed()
    content = stores.at(stores.parse(PNG.store(data)), (1, 1)).content
    tree = stores.parse(brotli.decompress(content))
    path = next(path for path in stores.paths(tree) if stores.at(tree, path).kind == CBOR)
    blown = bytes(stores.put(tree, path, Box(CBOR, bytes(BOMB_BYTES))))
    return _changed((1, 1), Box(b"brob", brotli.compress(blown, quality=1)), of=data)


def many_bombs() -> bytes:
    tree = stores.parse(PNG.store(_compressed()))
    label = tree.inside[1].label
    packed = Box(b"brob", brotli.compress(bytes(HUGE - 1), quality=1))
    many = (
        _superbox(b"c2cm", f"urn:c2pa:{number:08}{label[17:]}", packed) for number in range(1000)
    )
    return _changed(_ACTIVE, *many, tree.inside[1], of=_compressed())


def _compressed() -> bytes:
    return signed(stated("x" * 20_000), compressed=True)


def a_list_without_end() -> bytes:
    """CBOR that takes a hundred times its size when it is read."""
    path, _ = _at(b"c2cl", CBOR)
    return _changed(path, Box(CBOR, b"\x9a" + HUGE.to_bytes(4, "big") + bytes(HUGE)))


def deep_cbor() -> bytes:
    path, _ = _at(b"c2cl", CBOR)
    return _changed(path, Box(CBOR, b"\x81" * DEEP + b"\0"))


def deep_cbor_in_an_assertion() -> bytes:
    path, _ = _at(b"c2as", CBOR, CBOR)
    return _changed(path, Box(CBOR, b"\xa1\x61a" * DEEP + b"\0"))


def deep_json() -> bytes:
    deep = _superbox(b"json", "org.example.deep", Box(b"json", b"[" * DEEP + b"]" * DEEP))
    return _changed(_ACTIVE, _with_assertions(deep))


def deep_boxes() -> bytes:
    """Superboxes in superboxes."""
    described = bytes(Box(JUMD, CBOR + _UUID_END + b"\x03x\0"))
    sizes = (8 + len(described) * (depth + 1) + 8 * depth for depth in reversed(range(DEEP)))
    nest = b"".join(size.to_bytes(4, "big") + JUMB + described for size in sizes)
    description = bytes(stores.parse(PNG.store(_plain())).inside[0])
    inside = description + nest
    return PNG.with_store(_plain(), (8 + len(inside)).to_bytes(4, "big") + JUMB + inside)


def a_chunk_that_says_it_is_huge() -> bytes:
    return _plain().replace(chunk(b"IEND", b""), b"\x7f\xff\xff\xffcaBX" + bytes(64))


def pointing(url: str) -> bytes:
    """A picture whose credential points elsewhere wherever it can."""
    access = leaves.access(f"{url}/ocsp")
    elsewhere = {"url": f"{url}/x", "alg": "sha256", "hash": bytes(32).hex()}
    said = {"location": elsewhere, "content_type": "image/png"}
    definition = stated(url)
    definition["assertions"].append({"label": "c2pa.external-reference", "data": said})
    return signed(definition, extensions={"access": (access, False)})


CASES: tuple[Callable[[], bytes], ...] = (
    many_ingredients,
    an_ingredient_of_itself,
    ingredients_of_one_another,
    a_bomb,
    a_bomb_that_is_a_manifest,
    many_bombs,
    a_list_without_end,
    deep_cbor,
    deep_cbor_in_an_assertion,
    deep_json,
    deep_boxes,
    a_chunk_that_says_it_is_huge,
)


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """A socket on loopback that takes note of whoever connects to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, address = server.accept()
                    came.append(address)
                    connection.close()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", came
        finally:
            done.set()
            thread.join()
