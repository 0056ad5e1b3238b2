"""What the bundled engines carry a storyboard out with: all their own, but the borrowed voice.

Nothing in them was taken from anybody: shapes, materials, motion, sounds and music are made by code
that comes with this program.
"""

from generator.base import OWN_LICENCE, Asset, Storyboard
from generator.sound import beds, effects

ESPEAK = Asset("voice", "eSpeak NG", "1.52", "GPL-3.0-or-later")
_VOICE = "formant synthesis"


def bundled(storyboard: Storyboard, *, espeak_ng: bool = False) -> tuple[Asset, ...]:
    """Return what a bundled engine makes a storyboard of, each once, in the order it is met.

    Args:
        storyboard: Its engine and version are the revision of all that is its own.
        espeak_ng: Whether eSpeak NG says the lines.
    """
    found: dict[tuple[str, str], None] = {}
    for shot in storyboard.shots:
        found["place", shot.place] = None
        for prop in shot.props:
            found["thing", prop.kind] = None
        for role in shot.cast:
            found["figure", role.body] = None
        if shot.dialogue:
            found["voice", _VOICE] = None
        for cue in (*beds.cues(shot), *shot.cues):
            name = cue.split("@")[0]
            if beds.is_music(name):
                found["music", name] = None
            elif name in effects.EFFECTS:
                found["sound", name] = None
    revision = f"{storyboard.engine} {storyboard.version}"
    own = tuple(Asset(kind, name, revision, OWN_LICENCE) for kind, name in found)
    said = any(shot.dialogue for shot in storyboard.shots)
    return (*own, ESPEAK) if espeak_ng and said else own
