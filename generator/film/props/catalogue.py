# ruff: noqa: E501 - a row of the table is one line.
"""Every kind of thing by its name: how it is built, how large it is, what it sounds like.

To teach the engine a thing, build it in the module of its theme and add a row here. `build` gives
its groups about the origin; `groups.put` stands them in a scene:

    red = props.build("chair", colour=(180, 40, 30))
    placed = groups.put(red, shapes.pose((1.2, 0, -0.5), yaw=0.4), number=12)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from generator.base import Colour, Point
from generator.errors import GeneratorError
from generator.film.materials import Linear, linear
from generator.film.props import (
    animals,
    balls,
    birds,
    buildings,
    containers,
    craft,
    food,
    furniture,
    gadgets,
    herds,
    household,
    landmarks,
    music,
    outdoors,
    plants,
    street,
    tableware,
    toys,
    trees,
    vehicles,
)
from generator.film.scenes import Group

Builder: TypeAlias = Callable[[Linear, float], tuple[Group, ...]]
Walker: TypeAlias = Callable[[Linear, float, float], tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Prop:
    """A kind of thing.

    Attributes:
        builder: Linear colour and seconds to groups about the origin, on y = 0, facing +z.
        colour: Its own colour, sRGB; another one may be asked for.
        size: Width, height and depth in metres, at rest.
        material: What it sounds like when it is struck.
        moves: What of it moves with the seconds; empty if nothing does.
        lift: Metres above the floor where it is usually seen: what flies or swims.
        walker: The same with a stride in radians, for what can walk.
    """

    builder: Builder
    colour: Colour
    size: Point
    material: str
    moves: str = ""
    lift: float = 0.0
    walker: Walker | None = None


def _still(build: Callable[[Linear], tuple[Group, ...]]) -> Builder:
    def builder(tint: Linear, seconds: float) -> tuple[Group, ...]:
        del seconds
        return build(tint)

    return builder


PROPS: dict[str, Prop] = {
    "ball": Prop(_still(balls.ball), (206, 44, 38), (0.28, 0.28, 0.28), "rubber"),
    "basketball": Prop(_still(balls.basketball), (224, 110, 44), (0.3, 0.3, 0.3), "rubber"),
    "football": Prop(_still(balls.football), (240, 238, 232), (0.28, 0.28, 0.28), "leather"),
    "beach_ball": Prop(_still(balls.beach_ball), (206, 44, 38), (0.48, 0.48, 0.48), "vinyl"),
    "tennis_ball": Prop(_still(balls.tennis_ball), (214, 226, 70), (0.068, 0.068, 0.068), "rubber"),
    "crate": Prop(_still(containers.crate), (178, 126, 72), (0.5, 0.5, 0.542), "wood"),
    "box": Prop(_still(containers.carton), (196, 152, 100), (0.489, 0.362, 0.383), "card"),
    "barrel": Prop(_still(containers.barrel), (150, 96, 54), (0.63, 0.835, 0.638), "wood"),
    "basket": Prop(_still(containers.basket), (190, 142, 84), (0.356, 0.335, 0.356), "straw"),
    "bucket": Prop(_still(containers.bucket), (96, 150, 176), (0.332, 0.285, 0.312), "metal"),
    "suitcase": Prop(_still(containers.suitcase), (150, 88, 48), (0.61, 0.492, 0.184), "leather"),
    "backpack": Prop(_still(containers.backpack), (66, 104, 74), (0.38, 0.487, 0.303), "cloth"),
    "chair": Prop(_still(furniture.chair), (178, 122, 70), (0.44, 0.906, 0.521), "wood"),
    "table": Prop(_still(furniture.table), (150, 100, 62), (1.4, 0.753, 0.844), "wood"),
    "stool": Prop(_still(furniture.stool), (178, 122, 70), (0.342, 0.477, 0.365), "wood"),
    "bench": Prop(_still(furniture.bench), (142, 92, 54), (1.52, 0.858, 0.549), "wood"),
    "sofa": Prop(_still(furniture.sofa), (58, 112, 122), (1.9, 0.844, 0.901), "cloth"),
    "bed": Prop(_still(furniture.bed), (176, 70, 62), (1.144, 0.94, 2.082), "cloth"),
    "bookshelf": Prop(_still(furniture.shelf), (128, 82, 48), (0.896, 1.6, 0.3), "wood"),
    "table_lamp": Prop(_still(furniture.table_lamp), (44, 96, 150), (0.336, 0.529, 0.336), "ceramic"),
    "floor_lamp": Prop(_still(furniture.floor_lamp), (142, 92, 54), (0.552, 1.675, 0.555), "wood"),
    "piano": Prop(_still(furniture.piano), (34, 32, 34), (1.5, 1.208, 0.71), "wood"),
    "bathtub": Prop(_still(furniture.bathtub), (240, 238, 232), (1.708, 0.83, 0.826), "ceramic"),
    "cup": Prop(_still(tableware.cup), (240, 238, 232), (0.16, 0.07, 0.16), "ceramic"),
    "mug": Prop(_still(tableware.mug), (206, 74, 56), (0.118, 0.096, 0.084), "ceramic"),
    "teapot": Prop(_still(tableware.teapot), (60, 120, 170), (0.299, 0.184, 0.176), "ceramic"),
    "plate": Prop(_still(tableware.plate), (240, 238, 232), (0.267, 0.027, 0.267), "ceramic"),
    "bowl": Prop(_still(tableware.bowl), (92, 140, 160), (0.17, 0.08, 0.17), "ceramic"),
    "bottle": Prop(_still(tableware.bottle), (34, 82, 48), (0.076, 0.312, 0.076), "glass"),
    "glass": Prop(_still(tableware.glass), (238, 146, 40), (0.074, 0.186, 0.074), "glass"),
    "vase": Prop(_still(tableware.vase), (70, 110, 170), (0.267, 0.523, 0.15), "ceramic"),
    "pot": Prop(_still(tableware.pot), (206, 60, 44), (0.32, 0.219, 0.248), "metal"),
    "candle": Prop(tableware.candle, (238, 226, 196), (0.16, 0.227, 0.14), "wax", moves="flame"),
    "flower": Prop(_still(tableware.flower), (244, 240, 232), (0.171, 0.462, 0.166), "ceramic"),
    "cake": Prop(food.cake, (238, 150, 170), (0.33, 0.338, 0.33), "food", moves="flames"),
    "apple": Prop(_still(food.apple), (196, 30, 30), (0.08, 0.101, 0.078), "food"),
    "banana": Prop(_still(food.banana), (246, 210, 60), (0.211, 0.107, 0.128), "food"),
    "orange": Prop(_still(food.orange), (242, 140, 28), (0.081, 0.078, 0.081), "food"),
    "bread": Prop(_still(food.bread), (178, 112, 52), (0.289, 0.138, 0.112), "food"),
    "pizza": Prop(_still(food.pizza), (190, 50, 26), (0.35, 0.055, 0.45), "food"),
    "ice_cream": Prop(_still(food.ice_cream), (240, 150, 170), (0.078, 0.246, 0.08), "food"),
    "cheese": Prop(_still(food.cheese), (246, 200, 80), (0.2, 0.08, 0.1), "food"),
    "watermelon": Prop(_still(food.watermelon), (226, 60, 60), (0.28, 0.28, 0.044), "food"),
    "book": Prop(_still(gadgets.book), (160, 44, 40), (0.257, 0.043, 0.289), "paper"),
    "books": Prop(_still(gadgets.books), (160, 44, 40), (0.318, 0.173, 0.358), "paper"),
    "clock": Prop(gadgets.clock, (196, 52, 44), (0.14, 0.191, 0.064), "metal", moves="hands"),
    "phone": Prop(_still(gadgets.phone), (196, 44, 40), (0.284, 0.156, 0.17), "plastic"),
    "laptop": Prop(_still(gadgets.laptop), (190, 192, 198), (0.33, 0.224, 0.295), "metal"),
    "television": Prop(_still(gadgets.television), (150, 90, 50), (0.72, 1.19, 0.43), "wood"),
    "radio": Prop(_still(gadgets.radio), (70, 130, 130), (0.312, 0.362, 0.105), "plastic"),
    "camera": Prop(_still(gadgets.camera), (60, 54, 52), (0.757, 1.63, 0.66), "metal"),
    "globe": Prop(gadgets.globe, (50, 110, 170), (0.312, 0.366, 0.27), "paper", moves="turns"),
    "guitar": Prop(_still(music.guitar), (214, 140, 66), (0.38, 1.05, 0.462), "wood"),
    "violin": Prop(_still(music.violin), (170, 80, 36), (0.315, 0.624, 0.276), "wood"),
    "drum": Prop(_still(music.drum), (190, 40, 40), (0.446, 0.353, 0.446), "skin"),
    "trumpet": Prop(_still(music.trumpet), (226, 180, 90), (0.171, 0.534, 0.132), "metal"),
    "bell": Prop(music.bell, (214, 166, 84), (0.34, 0.39, 0.2), "metal", moves="swings"),
    "umbrella": Prop(_still(household.umbrella), (206, 44, 56), (1.057, 1.114, 1.056), "cloth"),
    "parasol": Prop(_still(household.parasol), (232, 92, 60), (2.116, 2.28, 2.046), "cloth"),
    "hat": Prop(_still(household.hat), (116, 84, 58), (0.328, 0.137, 0.328), "cloth"),
    "ladder": Prop(_still(household.ladder), (190, 140, 84), (0.527, 1.736, 0.877), "wood"),
    "broom": Prop(_still(household.broom), (186, 60, 44), (0.285, 1.363, 0.169), "straw"),
    "tent": Prop(_still(household.tent), (226, 140, 48), (2.732, 1.522, 3.147), "cloth"),
    "easel": Prop(_still(household.easel), (120, 180, 220), (0.84, 1.618, 0.82), "wood"),
    "bicycle": Prop(vehicles.bicycle, (44, 130, 140), (0.606, 1.1, 1.74), "metal", moves="wheel"),
    "car": Prop(vehicles.car, (74, 148, 178), (1.68, 1.475, 3.545), "metal", moves="wheels"),
    "bus": Prop(vehicles.bus, (196, 34, 34), (3.0, 4.15, 8.11), "metal", moves="wheels"),
    "scooter": Prop(vehicles.scooter, (130, 196, 176), (0.704, 1.355, 1.67), "metal", moves="wheels"),
    "cart": Prop(_still(vehicles.cart), (160, 108, 64), (1.26, 1.21, 2.476), "wood"),
    "train": Prop(craft.train, (38, 92, 58), (2.2, 4.74, 7.675), "metal", moves="wheels"),
    "boat": Prop(craft.boat, (44, 104, 160), (1.319, 3.365, 3.594), "wood", moves="rocks"),
    "aeroplane": Prop(craft.aeroplane, (206, 52, 40), (5.8, 2.27, 4.67), "metal", moves="airscrew"),
    "rocket": Prop(craft.rocket, (206, 44, 38), (1.693, 3.505, 1.52), "metal", moves="beacon"),
    "lamp": Prop(_still(street.lamp), (52, 58, 66), (0.548, 3.262, 0.4), "metal"),
    "traffic_light": Prop(street.traffic_light, (44, 52, 50), (0.32, 2.88, 0.35), "metal", moves="lights"),
    "mailbox": Prop(_still(street.mailbox), (196, 30, 34), (0.55, 1.5, 0.55), "metal"),
    "sign": Prop(_still(street.sign), (178, 126, 72), (1.262, 1.85, 0.166), "wood"),
    "fence": Prop(_still(street.fence), (240, 238, 232), (2.11, 1.04, 0.117), "wood"),
    "cone": Prop(_still(street.traffic_cone), (240, 106, 36), (0.4, 0.531, 0.4), "plastic"),
    "hydrant": Prop(_still(street.hydrant), (214, 52, 36), (0.38, 0.71, 0.34), "metal"),
    "fountain": Prop(street.fountain, (196, 186, 168), (2.4, 1.515, 2.4), "stone", moves="water"),
    "statue": Prop(_still(street.statue), (236, 230, 220), (0.72, 1.805, 0.72), "stone"),
    "campfire": Prop(street.campfire, (230, 110, 30), (1.231, 0.768, 1.224), "wood", moves="flames"),
    "well": Prop(_still(buildings.well), (150, 66, 44), (1.6, 2.129, 1.199), "stone"),
    "windmill": Prop(landmarks.windmill, (150, 66, 50), (4.862, 6.881, 3.06), "wood", moves="sails"),
    "lighthouse": Prop(landmarks.lighthouse, (200, 44, 40), (4.196, 7.058, 3.798), "stone", moves="lamp"),
    "ferris_wheel": Prop(landmarks.ferris_wheel, (206, 60, 70), (4.704, 5.135, 1.7), "metal", moves="turns"),
    "house": Prop(_still(buildings.house), (238, 214, 168), (4.3, 4.11, 3.858), "stone"),
    "castle": Prop(buildings.castle, (214, 190, 146), (3.797, 5.764, 3.39), "stone", moves="flags"),
    "torii": Prop(_still(buildings.torii), (206, 60, 34), (4.44, 3.564, 0.48), "wood"),
    "bridge": Prop(_still(buildings.bridge), (178, 88, 56), (3.456, 1.385, 1.25), "wood"),
    "tree": Prop(_still(trees.oak), (78, 132, 62), (3.209, 4.146, 3.134), "leaf"),
    "oak": Prop(_still(trees.oak), (78, 132, 62), (3.209, 4.146, 3.134), "leaf"),
    "pine": Prop(_still(trees.pine), (44, 96, 64), (2.064, 4.17, 2.045), "leaf"),
    "palm": Prop(_still(trees.palm), (88, 150, 62), (2.69, 3.226, 2.719), "leaf"),
    "birch": Prop(_still(trees.birch), (150, 176, 70), (1.66, 3.948, 1.41), "leaf"),
    "cherry": Prop(_still(trees.cherry), (246, 176, 198), (3.153, 3.305, 3.103), "leaf"),
    "bush": Prop(_still(trees.bush), (70, 124, 58), (1.211, 0.905, 1.135), "leaf"),
    "cactus": Prop(_still(plants.cactus), (72, 132, 76), (0.989, 1.604, 0.444), "leaf"),
    "plant": Prop(_still(plants.plant), (58, 132, 70), (1.069, 1.088, 1.001), "leaf"),
    "grass": Prop(_still(plants.grass), (110, 160, 62), (0.396, 0.435, 0.356), "leaf"),
    "sunflower": Prop(_still(plants.sunflower), (250, 190, 30), (0.606, 1.665, 0.148), "leaf"),
    "rock": Prop(_still(plants.rock), (134, 130, 124), (1.146, 0.575, 0.807), "stone"),
    "mushroom": Prop(_still(plants.mushroom), (206, 40, 32), (0.366, 0.253, 0.266), "food"),
    "pumpkin": Prop(_still(plants.pumpkin), (234, 120, 28), (0.348, 0.346, 0.36), "food"),
    "teddy_bear": Prop(_still(toys.teddy_bear), (176, 118, 66), (0.39, 0.435, 0.329), "cloth"),
    "robot": Prop(toys.robot, (90, 150, 170), (0.45, 0.706, 0.25), "metal", moves="arms"),
    "rocking_horse": Prop(toys.rocking_horse, (196, 44, 44), (0.376, 1.034, 1.078), "wood", moves="rocks"),
    "blocks": Prop(_still(toys.blocks), (206, 44, 38), (0.383, 0.33, 0.195), "wood"),
    "pinwheel": Prop(toys.pinwheel, (226, 60, 80), (0.253, 0.75, 0.14), "plastic", moves="turns"),
    "snowman": Prop(_still(outdoors.snowman), (196, 40, 44), (1.412, 1.724, 0.82), "snow"),
    "balloon": Prop(outdoors.balloon, (214, 44, 52), (0.37, 1.888, 0.37), "rubber", moves="sways"),
    "kite": Prop(outdoors.kite, (214, 44, 52), (1.503, 3.198, 1.453), "cloth", moves="flies"),
    "cat": Prop(animals.cat, (222, 140, 66), (0.241, 0.504, 0.573), "fur", moves="tail", walker=animals.cat),
    "dog": Prop(animals.dog, (196, 140, 84), (0.333, 0.69, 0.89), "fur", moves="tail", walker=animals.dog),
    "rabbit": Prop(animals.rabbit, (176, 150, 124), (0.28, 0.599, 0.43), "fur", moves="ears", walker=animals.rabbit),
    "horse": Prop(herds.horse, (134, 80, 46), (0.68, 2.104, 2.495), "fur", moves="tail", walker=herds.horse),
    "cow": Prop(herds.cow, (52, 42, 38), (0.86, 1.76, 2.34), "fur", moves="tail", walker=herds.cow),
    "elephant": Prop(herds.elephant, (150, 152, 160), (1.412, 1.62, 2.283), "fur", moves="trunk", walker=herds.elephant),
    "bird": Prop(birds.bird, (128, 96, 70), (0.113, 0.162, 0.204), "feather", moves="hops"),
    "duck": Prop(birds.duck, (244, 240, 230), (0.314, 0.48, 0.555), "feather", moves="waddles"),
    "owl": Prop(birds.owl, (142, 104, 70), (0.46, 0.677, 0.4), "feather", moves="head"),
    "butterfly": Prop(birds.butterfly, (240, 140, 40), (0.153, 0.132, 0.101), "wing", moves="wings", lift=1.1),
    "fish": Prop(birds.fish, (242, 120, 30), (0.153, 0.207, 0.326), "fish", moves="tail", lift=0.8),
}  # fmt: skip


def build(
    kind: str, *, colour: Colour | None = None, seconds: float = 0.0, stride: float | None = None
) -> tuple[Group, ...]:
    """Return the groups of a thing about the origin, standing on y = 0 and facing +z.

    Args:
        kind: A name of PROPS.
        colour: sRGB; None is its own.
        seconds: When, for what moves; the same shapes in the same order at any time.
        stride: Radians of its walk, for what can; None stands.

    Raises:
        GeneratorError: There is no such kind.
    """
    if kind not in PROPS:
        raise GeneratorError(f"There is no thing called {kind!r}.")
    prop = PROPS[kind]
    tint = linear(prop.colour if colour is None else colour)
    if stride is not None and prop.walker is not None:
        return prop.walker(tint, seconds, stride)
    return prop.builder(tint, seconds)
