"""A scene: one thing in one place, with the truth about where the thing is."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from background import LIGHTS, PLACES, Place, paint_place
from paint import Canvas, bezier, ellipse, mix, ridge, shade
from thing import LABELS, THINGS, WOOD, Pen

LAND = tuple(kind for kind in PLACES if kind != "sea")
# Smallest and largest height of a thing, as a share of the picture.
SIZES = {"sailboat": (0.34, 0.5), "car": (0.15, 0.22), "balloon": (0.34, 0.5), "windmill": (0.38, 0.56)}
# Half the width of a thing, as a share of its height.
HALF_WIDTHS = {"sailboat": 0.47, "car": 1.0, "balloon": 0.34, "windmill": 0.4}


@dataclass(frozen=True)
class Scene:
    label: str
    place: str
    picture: Image.Image
    mask: np.ndarray
    """[size, size] booleans: the thing itself, without shadow, reflection, pier, islet or cradle."""


def draw_scene(label: str, kind: str, seed, size: int, scale: int, light: int | None = None, zoom: float = 1.0) -> Scene:
    """Draws one scene. The same seed gives the same scene at every `size`, but for the grain."""
    rng = np.random.default_rng(seed)
    chosen = int(rng.choice(len(LIGHTS), p=(0.34, 0.2, 0.18, 0.16, 0.12)))
    place = paint_place(kind, LIGHTS[chosen if light is None else light], rng, size, scale)
    height = rng.uniform(*SIZES[label]) * zoom
    reach = min(0.42, HALF_WIDTHS[label] * height + 0.02)
    x, flip = rng.uniform(reach, 1 - reach), int(rng.choice((-1, 1)))
    base = rng.uniform(height + 0.06, height + 0.2) if label == "balloon" else place.ground + rng.uniform(-0.03, 0.05)
    layer = place.canvas.layer()
    THINGS[label](Pen(layer, place, x, base, height, flip), rng)
    if label == "balloon":
        place.canvas.over(layer)
    elif kind == "sea":
        stand_at_sea(place, layer, label, x, base, height, rng)
    else:
        stand_on_land(place, layer, label, x, base, height)
    return Scene(label, kind, place.canvas.picture(rng), layer.coverage())


def stand_on_land(place: Place, layer: Canvas, label: str, x: float, base: float, height: float) -> None:
    half = HALF_WIDTHS[label] * height
    place.canvas.fill(ellipse(x, base, half * (0.62 if label == "windmill" else 1.02), 0.016), (24, 26, 40), 0.38, 0.006)
    if label == "sailboat":
        for dx in (-0.55, 0.5):
            place.canvas.line([(x + dx * half, base - 0.1 * height), (x + dx * 1.35 * half, base + 0.006)], 0.011, place.colour(shade(WOOD, 0.8)))
    place.canvas.over(layer)


def stand_at_sea(place: Place, layer: Canvas, label: str, x: float, base: float, height: float, rng) -> None:
    canvas, half = place.canvas, HALF_WIDTHS[label] * height
    reflection = layer.image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    drop = round((2 * base - 1) * canvas.side)
    mirrored = canvas.layer()
    mirrored.image.paste(reflection, (0, drop))
    canvas.over(mirrored, 0.2)
    if label == "car":
        paint_pier(place, base)
    if label == "windmill":
        shore = [(x + dx * 1.15, y) for dx, y in ((-half, base + 0.02), (half, base + 0.02))]
        rock = bezier(shore[0], (x - half * 0.6, base - 0.07), (x + half * 0.6, base - 0.06), shore[1])
        canvas.fill(rock, [place.colour((126, 150, 96)), place.colour((110, 104, 96))])
    canvas.over(layer)
    foam = mix(place.light.sky[-1], (255, 255, 255), 0.7)
    if label == "sailboat":
        for dy, share in ((0.0, 0.98), (0.014, 0.7)):
            wave = [(x + half * share * t, base + dy + 0.004 * np.sin(9 * t + dy * 300)) for t in np.linspace(-1, 1, 24)]
            canvas.line(wave, 0.006, foam, 0.6)
    if label == "windmill":
        canvas.line([shore[0], shore[1]], 0.006, foam, 0.6)


def paint_pier(place: Place, base: float) -> None:
    canvas, top = place.canvas, base - 0.012
    for px in np.arange(0.05, 1, 0.15):
        canvas.line([(px, top), (px, top + 0.1)], 0.016, place.colour(shade(WOOD, 0.6)))
    canvas.fill([(0, top), (1, top), (1, top + 0.038), (0, top + 0.038)], [place.colour(shade(WOOD, 1.3)), place.colour(shade(WOOD, 0.9))])
    for px in np.arange(0.03, 1, 0.06):
        canvas.line([(px, top), (px, top + 0.036)], 0.003, place.colour(shade(WOOD, 0.65)))
