"""Labels stand in the file, before it is signed, and are covered by the signature."""

import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import media, media_tags
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import State
from tests.mutants.containers import box, boxes
from tests.rightsd.adapters.credentialed import flip, sign

PACKET = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="r"?>'
TAGS = {"AIGC": '{"Label":"1","ContentProducer":"映像 & Co"}'}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, ours: ContentCredentials) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    frames = np.random.default_rng(1).integers(0, 256, (8, 48, 64, 3), np.uint8)
    labelled = folder / "labelled.mp4"
    size = {"width": 64, "height": 48}
    media.write_video(labelled, **size, fps=Fraction(8), frames=[frames], tags=TAGS)
    media_tags.append_xmp(labelled, PACKET)
    sign(ours, labelled, folder / "signed.mp4")
    return folder / "signed.mp4"


def test_labels_are_in_the_signed_file_and_it_plays(signed: Path, ours: ContentCredentials) -> None:
    with av.open(str(signed)) as container:
        assert container.metadata["AIGC"] == TAGS["AIGC"]
        assert len(list(container.decode(video=0))) == 8
    assert PACKET in signed.read_bytes()
    assert media_tags.XMP.bytes + PACKET in signed.read_bytes()
    assert ours.read(signed).state is State.TRUSTED


@pytest.mark.parametrize("landmark", [b'"ContentProducer"', b"adobe:ns:meta"])
def test_a_label_cannot_be_changed_unseen(
    signed: Path, ours: ContentCredentials, tmp_path: Path, landmark: bytes
) -> None:
    forged = flip(signed, tmp_path / "forged.mp4", after=landmark)

    credential = ours.read(forged)

    assert credential.state is State.INVALID
    assert credential.failures == ("assertion.bmffHash.mismatch",)


@given(st.binary(max_size=400), st.lists(st.binary(max_size=40), max_size=3))
def test_a_packet_is_a_box_of_its_own_behind_all_others(
    packet: bytes, contents: list[bytes]
) -> None:
    before = b"".join(box(b"free", content) for content in contents)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp4"
        path.write_bytes(before)

        media_tags.append_xmp(path, packet)

        after = path.read_bytes()
    *others, (at, kind, start, end) = boxes(after)
    assert (len(others), at, end) == (len(contents), len(before), len(after))
    assert after.startswith(before)
    assert (kind, after[start:end]) == (b"uuid", media_tags.XMP.bytes + packet)
