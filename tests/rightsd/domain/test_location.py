"""Which output a text names: only ids, and URLs of ours."""

import pytest

from rightsd.domain.location import output_at

ID = "gen_" + "0a" * 16
OURS = "https://rights.example:8443"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"https://rights.example/v1/generations/{ID}/file",
        f"https://RIGHTS.example:8443/v1/generations/{ID}",
        f"http://rights.example/clips/{ID}?t=3#x",
    ],
)
def test_what_is_ours_is_found(text: str) -> None:
    assert output_at(text, OURS) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the clip with the ball",
        f"see {ID}",
        f"https://elsewhere.example/v1/generations/{ID}",
        f"https://rights.example.evil.example/{ID}",
        f"https://rights.example@evil.example/{ID}",
        f"https://rights.example/?id={ID}",
        f"https://rights.example/x{ID}",
        f"https://rights.example/{ID}0",
        f"javascript://rights.example/{ID}",
        "https://[::1",
    ],
)
def test_what_is_not_is_a_description(text: str) -> None:
    assert output_at(text, OURS) is None
