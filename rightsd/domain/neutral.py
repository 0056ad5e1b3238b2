"""Prompts that mean no work: what a description must stand out from.

Put together from what people ask for every day, so that no prompt of anyone's is kept. A
description that is close to one of these is close to much, and needs a closer match to count: see
rightsd/domain/describing.py.
"""

_SUBJECTS = """
a cat/a golden retriever/a white rabbit/a brown horse/a red fox/an owl/a goldfish/a parrot/a bear/
a wolf/a dragon/a squirrel/a lion/an elephant/a penguin/a butterfly/a crow/a whale/a bee/a deer/
a young woman with long hair/an old man with a beard/a little girl in a red dress/a boy in a hat/
a knight in armour/a samurai with a sword/a pirate captain/a wizard/a princess/a queen on a throne/
a detective in a trench coat/a superhero in a cape/a masked hero/an astronaut/a scientist/
a schoolgirl in uniform/a group of friends/a chef/a pilot/a postman/a robot/a small cute robot/
a giant robot/an alien/a zombie/a monster/a fairy with wings/a snowman/a cute cartoon animal/
an anime girl with blue eyes/a red sports car/an electric car/a train/a passenger plane/
a spaceship/a sailing ship/an airship/a soda can/a phone/a laptop/headphones/a company logo/
a castle/a cottage/a futuristic city/a lighthouse/a village
"""
_DOINGS = """
runs through/sleeps in/dances in/walks alone across/looks up at the sky over/flies above/
is hidden in/glows softly in/fights a monster in/waits in the rain in/plays with a ball in/
appears out of the smoke in/tells a story about/rides a bicycle through/stands in the middle of/
travels with a friend through/is chased through/laughs and waves in
"""
_PLACES = """
a forest/the desert/a busy street at night/a city with neon lights/the snow/a castle/the ocean/
a kitchen/a school/a small village/a space station/a garden full of flowers/the mountains/
a harbour/an old temple/a library/a park in spring/a swamp/the clouds/a laboratory/
a town by the sea/the ruins of a city/a bakery
"""
_LOOKS = """
/, cinematic, 4k/, watercolour/, anime style/, slow motion, golden hour/, 3D render/, oil painting/
, black and white/, studio light
"""
_ROUNDS = 16  # For each subject.


def prompts() -> list[str]:
    """Return about a thousand prompts, always the same."""
    subjects, doings, places, looks = map(_parts, (_SUBJECTS, _DOINGS, _PLACES, _LOOKS))
    made: list[str] = []
    for number in range(len(subjects) * _ROUNDS):
        # The lists have lengths without a common divisor, so that all meet all.
        subject = subjects[number % len(subjects)]
        doing, place = doings[number * 5 % len(doings)], places[number * 3 % len(places)]
        made.append(f"{subject} {doing} {place}{looks[number % len(looks)]}")
    return made


def _parts(written: str) -> list[str]:
    return written.replace("\n", "").split("/")
