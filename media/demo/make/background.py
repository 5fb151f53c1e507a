"""Backgrounds: six kinds of place under five kinds of light."""

from dataclasses import dataclass

import numpy as np

from paint import Canvas, Colour, ellipse, jitter, mix, ridge, shade, tint


@dataclass(frozen=True)
class Light:
    """A time of day: the sky from top to horizon, the sun and the colour of what it shines on."""

    name: str
    sky: tuple[Colour, ...]
    cloud: Colour
    sun: Colour
    light: tuple[float, float, float]
    haze: Colour


LIGHTS = (
    Light("noon", ((58, 138, 206), (120, 186, 228), (208, 232, 240)), (255, 255, 255), (255, 246, 214), (1, 1, 1), (190, 218, 234)),
    Light("sunset", ((64, 62, 128), (206, 98, 112), (250, 170, 104), (255, 220, 150)), (250, 176, 150), (255, 236, 190), (1.0, 0.82, 0.76), (238, 160, 126)),
    Light("dawn", ((116, 152, 206), (206, 190, 214), (252, 214, 196)), (255, 236, 230), (255, 240, 222), (0.98, 0.92, 0.94), (226, 202, 210)),
    Light("overcast", ((138, 156, 172), (178, 190, 198), (214, 220, 222)), (232, 236, 238), (240, 242, 240), (0.86, 0.89, 0.92), (196, 204, 210)),
    Light("dusk", ((18, 26, 66), (48, 62, 118), (126, 116, 158)), (86, 90, 142), (250, 246, 226), (0.62, 0.66, 0.86), (84, 86, 138)),
)


@dataclass
class Place:
    """A painted background. Things stand at `ground`; the sky ends at `horizon`."""

    kind: str
    light: Light
    canvas: Canvas
    horizon: float
    ground: float

    def colour(self, colour: Colour, distance: float = 0.0) -> Colour:
        """A colour as it looks here, paler with distance (0..1)."""
        return mix(tint(colour, self.light.light), self.light.haze, distance)


def paint_sky(canvas: Canvas, rng: np.random.Generator, light: Light, horizon: float) -> float:
    """Paints the sky and returns where the sun or moon stands."""
    canvas.fill([(0, 0), (1, 0), (1, 1), (0, 1)], shade(light.sky[-1], 1))
    canvas.fill([(0, 0), (1, 0), (1, horizon + 0.02), (0, horizon + 0.02)], list(light.sky))
    if light.name == "dusk":
        stars = [ellipse(rng.uniform(0, 1), rng.uniform(0, 0.35), r, r) for r in rng.uniform(0.0012, 0.003, 26)]
        canvas.many(stars, (255, 250, 235), 0.85)
    sun_x = rng.uniform(0.12, 0.88)
    if light.name != "overcast":
        low = light.name in ("sunset", "dawn")
        sun_y = horizon - rng.uniform(0.04, 0.12) if low else rng.uniform(0.08, 0.2)
        radius = rng.uniform(0.04, 0.06) if low else rng.uniform(0.028, 0.04)
        canvas.disc(sun_x, sun_y, radius * 2.6, light.sun, 0.35, 0.05)
        canvas.disc(sun_x, sun_y, radius, light.sun, 0.96)
    for _ in range(rng.integers(1, 5)):
        paint_cloud(canvas, rng, light, rng.uniform(-0.05, 1), rng.uniform(0.05, horizon - 0.14))
    return sun_x


def paint_cloud(canvas: Canvas, rng: np.random.Generator, light: Light, x: float, y: float) -> None:
    width = rng.uniform(0.12, 0.3)
    height = width * rng.uniform(0.14, 0.24)
    puffs = [ellipse(x + width * t, y - height * rng.uniform(0.1, 0.6), width * 0.2, height * rng.uniform(0.6, 1.1)) for t in (-0.3, -0.1, 0.12, 0.3)]
    puffs.append(ellipse(x, y, width * 0.55, height * 0.5))
    canvas.many(puffs, light.cloud, 0.75, 0.004)


def paint_ridge(canvas: Canvas, points, colour) -> None:
    canvas.fill([*points, (1.02, 1.02), (-0.02, 1.02)], colour)


def height_at(points, x: float) -> float:
    return float(np.interp(x, [p[0] for p in points], [p[1] for p in points]))


def paint_tree(canvas: Canvas, rng, x: float, base: float, height: float, leaf: Colour, trunk: Colour) -> None:
    canvas.line([(x, base), (x, base - height * 0.5)], height * 0.09, trunk)
    if rng.random() < 0.5:
        canvas.fill(ellipse(x, base - height * 0.62, height * 0.3, height * 0.4), [shade(leaf, 1.18), shade(leaf, 0.82)])
    else:
        puffs = [(0, -0.78, 0.25), (-0.2, -0.58, 0.24), (0.2, -0.56, 0.25), (0, -0.5, 0.26)]
        for dx, dy, r in puffs:
            canvas.disc(x + dx * height, base + dy * height, r * height, [shade(leaf, 1.15), shade(leaf, 0.85)])


def paint_pine(canvas: Canvas, x: float, base: float, height: float, leaf: Colour, trunk: Colour) -> None:
    canvas.line([(x, base), (x, base - height * 0.3)], height * 0.08, trunk)
    for t in (0.0, 0.24, 0.46):
        half = height * (0.26 - 0.3 * t)
        bottom = base - height * (0.14 + t)
        canvas.fill([(x - half, bottom), (x + half, bottom), (x, bottom - height * 0.42)], [shade(leaf, 1.15), shade(leaf, 0.85)])


def paint_far_hills(place: Place, rng, colour: Colour) -> None:
    for i, distance in enumerate((0.72, 0.5)):
        points = ridge(rng, place.horizon + 0.01 + 0.035 * i, rng.uniform(0.05, 0.12), rng.uniform(0.6, 1.4))
        paint_ridge(place.canvas, points, place.colour(colour, distance))


def sea(place: Place, rng, sun_x: float) -> None:
    canvas, horizon, light = place.canvas, place.horizon, place.light
    deep = jitter(rng, ((18, 92, 146), (14, 112, 134), (28, 78, 128), (22, 128, 150))[rng.integers(4)], 6)
    if rng.random() < 0.6:
        island = ridge(rng, horizon + 0.012, rng.uniform(0.03, 0.09), rng.uniform(0.8, 1.6))
        paint_ridge(canvas, island, place.colour((70, 104, 110), 0.6))
    far, near = place.colour(mix(deep, light.haze, 0.45)), place.colour(shade(deep, 0.8))
    canvas.fill([(0, horizon), (1, horizon), (1, 1), (0, 1)], [far, place.colour(deep), near])
    x = np.linspace(-0.02, 1.02, 120)
    for depth in np.linspace(0.06, 1, 8) ** 1.5:
        top = horizon + (1 - horizon) * depth * 0.97
        length, swell = 0.05 + 0.16 * depth, 0.003 + 0.016 * depth
        phase = 2 * np.pi * (x / length + rng.uniform(0, 1))
        crest = top - swell * (1 - np.abs(np.sin(phase / 2)) ** 1.4) - swell * 0.4 * np.sin(phase / 3.3)
        band = list(zip(x, crest))
        canvas.fill([*band, (1.02, top + 0.12), (-0.02, top + 0.12)], mix(far, near, 0.2 + 0.8 * depth), 0.5)
        canvas.line(band, 0.002 + 0.004 * depth, mix(light.sky[-1], (255, 255, 255), 0.5), 0.32)
    crests = []
    for _ in range(46):
        depth = rng.uniform(0, 1) ** 1.3
        cx, cy = rng.uniform(0, 1), horizon + 0.012 + (1 - horizon) * depth
        width = rng.uniform(0.010, 0.022) + 0.03 * depth
        crests.append(ellipse(cx, cy, width, 0.0012 + 0.0032 * depth))
    canvas.many(crests, mix(light.sky[-1], (255, 255, 255), 0.6), 0.42)
    if light.name != "overcast":
        glints = []
        for _ in range(34):
            depth = rng.uniform(0, 1) ** 1.6
            cx = sun_x + rng.normal(0, 0.02 + 0.07 * depth)
            glints.append(ellipse(cx, horizon + 0.008 + (1 - horizon) * depth, 0.01 + 0.02 * depth, 0.0014 + 0.002 * depth))
        canvas.many(glints, light.sun, 0.7)


def meadow(place: Place, rng, sun_x: float) -> None:
    canvas, horizon = place.canvas, place.horizon
    green = jitter(rng, ((104, 160, 72), (132, 168, 70), (86, 146, 88))[rng.integers(3)], 8)
    paint_far_hills(place, rng, (84, 130, 110))
    for i, distance in enumerate((0.3, 0.12, 0.0)):
        points = ridge(rng, horizon + 0.06 + 0.1 * i, rng.uniform(0.04, 0.08), rng.uniform(0.5, 1.2))
        top = place.colour(shade(green, 1.12 - 0.06 * i), distance)
        paint_ridge(canvas, points, [top, place.colour(shade(green, 0.84), distance)])
        for _ in range(rng.integers(2, 6) if i < 2 else 0):
            x = rng.uniform(0, 1)
            paint_tree(canvas, rng, x, height_at(points, x) + 0.006, rng.uniform(0.05, 0.09) * (1 + 0.5 * i), place.colour(shade(green, 0.66), distance), place.colour((92, 72, 56), distance))
    paint_specks(place, rng, ((250, 240, 200), (238, 110, 110), (250, 206, 84))[rng.integers(3)], 70)


def paint_specks(place: Place, rng, colour: Colour, count: int) -> None:
    """Flowers, stones or tufts, larger in front."""
    specks = []
    for _ in range(count):
        depth = rng.uniform(0, 1)
        y = place.ground - 0.06 + (1.02 - place.ground) * depth * 1.2
        r = 0.0018 + 0.0042 * depth
        specks.append(ellipse(rng.uniform(0, 1), y, r, r * 0.8))
    place.canvas.many(specks, place.colour(colour), 0.9)


def road(place: Place, rng, sun_x: float) -> None:
    canvas, horizon, ground = place.canvas, place.horizon, place.ground
    green = jitter(rng, ((118, 152, 84), (168, 160, 92), (96, 140, 92))[rng.integers(3)], 8)
    paint_far_hills(place, rng, (96, 126, 124))
    points = ridge(rng, horizon + 0.07, 0.05, rng.uniform(0.5, 1))
    paint_ridge(canvas, points, [place.colour(shade(green, 1.1), 0.2), place.colour(green)])
    for _ in range(rng.integers(2, 6)):
        x = rng.uniform(0, 1)
        paint_tree(canvas, rng, x, ground - 0.075, rng.uniform(0.1, 0.17), place.colour(shade(green, 0.7), 0.1), place.colour((92, 72, 56)))
    asphalt = jitter(rng, (98, 100, 108), 6)
    top, bottom = ground - 0.06, ground + 0.12
    canvas.fill([(0, top - 0.02), (1, top - 0.02), (1, 1), (0, 1)], [place.colour(shade(green, 0.95)), place.colour(shade(green, 0.75))])
    canvas.fill([(0, top), (1, top), (1, bottom), (0, bottom)], [place.colour(shade(asphalt, 1.1)), place.colour(shade(asphalt, 0.85))])
    for y in (top + 0.008, bottom - 0.012):
        canvas.line([(0, y), (1, y)], 0.006, place.colour((236, 232, 220)), 0.9)
    start, middle = rng.uniform(-0.1, 0.05), ground + 0.045
    for x in np.arange(start, 1, 0.19):
        canvas.fill([(x, middle), (x + 0.1, middle), (x + 0.098, middle + 0.011), (x - 0.002, middle + 0.011)], place.colour((240, 224, 160)), 0.95)


def city(place: Place, rng, sun_x: float) -> None:
    canvas, horizon, ground = place.canvas, place.horizon, place.ground
    night = place.light.name == "dusk"
    for distance, tallest in ((0.66, 0.34), (0.4, 0.24), (0.1, 0.16)):
        x = -rng.uniform(0, 0.08)
        while x < 1:
            width, height = rng.uniform(0.07, 0.15), tallest * rng.uniform(0.45, 1)
            wall = ((112, 124, 150), (150, 120, 116), (170, 158, 146), (96, 116, 128))[rng.integers(4)]
            top, foot = ground - 0.09 - height, ground - 0.06
            canvas.fill([(x, top), (x + width, top), (x + width, foot), (x, foot)], [place.colour(shade(wall, 1.1), distance), place.colour(shade(wall, 0.9), distance)])
            pane = (255, 226, 150) if night else shade(wall, 1.45)
            windows = [
                [(wx, wy), (wx + 0.011, wy), (wx + 0.011, wy + 0.015), (wx, wy + 0.015)]
                for wx in np.arange(x + 0.014, x + width - 0.018, 0.024)
                for wy in np.arange(top + 0.018, foot - 0.02, 0.032)
                if rng.random() < 0.72
            ]
            canvas.many(windows, pane if night else place.colour(pane, distance), 0.85 - distance * 0.6)
            x += width + rng.uniform(-0.01, 0.02)
    stone = place.colour((168, 164, 160))
    canvas.fill([(0, ground - 0.065), (1, ground - 0.065), (1, ground - 0.03), (0, ground - 0.03)], stone)
    canvas.fill([(0, ground - 0.03), (1, ground - 0.03), (1, 1), (0, 1)], [place.colour((104, 104, 114)), place.colour((78, 80, 92))])
    canvas.line([(0, ground - 0.03), (1, ground - 0.03)], 0.005, shade(stone, 0.75))
    for x in np.arange(rng.uniform(-0.1, 0.1), 1, 0.22):
        y = ground + 0.1
        canvas.fill([(x, y), (x + 0.12, y), (x + 0.118, y + 0.012), (x - 0.002, y + 0.012)], place.colour((226, 224, 216)), 0.85)


def desert(place: Place, rng, sun_x: float) -> None:
    canvas, horizon = place.canvas, place.horizon
    sand = jitter(rng, ((226, 182, 120), (214, 160, 104), (232, 196, 144))[rng.integers(3)], 6)
    for _ in range(rng.integers(1, 4)):
        x, width, height = rng.uniform(0, 0.9), rng.uniform(0.12, 0.28), rng.uniform(0.06, 0.14)
        rock = place.colour((176, 104, 82), 0.35)
        canvas.fill([(x - width * 0.08, horizon + 0.1), (x + width * 0.12, horizon - height), (x + width * 0.86, horizon - height), (x + width * 1.08, horizon + 0.1)], [shade(rock, 1.1), shade(rock, 0.88)])
    for i, distance in enumerate((0.4, 0.18, 0.0)):
        points = ridge(rng, horizon + 0.03 + 0.1 * i, rng.uniform(0.04, 0.07), rng.uniform(0.5, 1.1))
        paint_ridge(canvas, points, [place.colour(shade(sand, 1.12), distance), place.colour(shade(sand, 0.86), distance)])
    for y in np.linspace(place.ground - 0.02, 0.98, 6):
        ripple = ridge(rng, y, 0.014, rng.uniform(1, 2.4))
        canvas.line(ripple, 0.004, place.colour(shade(sand, 0.82)), 0.45)
    for _ in range(rng.integers(1, 4)):
        paint_cactus(place, rng.uniform(0.03, 0.97), place.ground - rng.uniform(0.03, 0.07), rng.uniform(0.08, 0.14))


def paint_cactus(place: Place, x: float, base: float, height: float) -> None:
    green, canvas, width = place.colour((88, 134, 92)), place.canvas, height * 0.17
    canvas.line([(x, base), (x, base - height)], width, green)
    canvas.disc(x, base - height, width / 2, green)
    for side, low, high in ((-1, 0.35, 0.7), (1, 0.5, 0.85)):
        elbow = x + side * height * 0.27
        canvas.line([(x, base - height * low), (elbow, base - height * low), (elbow, base - height * high)], width * 0.75, green)
        canvas.disc(elbow, base - height * high, width * 0.37, green)


def mountains(place: Place, rng, sun_x: float) -> None:
    canvas, horizon = place.canvas, place.horizon
    rock = jitter(rng, ((104, 118, 146), (122, 116, 132), (92, 112, 126))[rng.integers(3)], 6)
    for distance, tallest, count in ((0.5, 0.3, 4), (0.22, 0.22, 4)):
        for x in rng.uniform(0, 1, count):
            height, half = tallest * rng.uniform(0.6, 1), rng.uniform(0.16, 0.26)
            peak, foot = (x, horizon + 0.06 - height), horizon + 0.15
            body, snow = place.colour(rock, distance), place.colour((248, 250, 255), distance * 0.4)
            canvas.fill([(x - half, foot), peak, (x + half, foot)], [shade(body, 1.08), body])
            canvas.fill([peak, (x + half, foot), (x + half * 0.15, foot)], shade(body, 0.82))
            cap = [(x - half * 0.34, peak[1] + height * 0.36), peak, (x + half * 0.34, peak[1] + height * 0.36), (x + half * 0.16, peak[1] + height * 0.28), (x, peak[1] + height * 0.4), (x - half * 0.16, peak[1] + height * 0.28)]
            canvas.fill(cap, snow)
    snow = (240, 244, 250)
    for i, distance in enumerate((0.2, 0.0)):
        points = ridge(rng, horizon + 0.1 + 0.09 * i, 0.035, rng.uniform(0.5, 1.1))
        paint_ridge(canvas, points, [place.colour(snow, distance), place.colour(shade(snow, 0.84), distance)])
        for _ in range(rng.integers(4, 9)):
            x = rng.uniform(0, 1)
            paint_pine(canvas, x, height_at(points, x) + 0.008, rng.uniform(0.07, 0.12) * (1 + 0.3 * i), place.colour((44, 92, 86), 0.25 - 0.15 * i), place.colour((84, 66, 58)))


PLACES = {"sea": sea, "meadow": meadow, "road": road, "city": city, "desert": desert, "mountains": mountains}


def paint_place(kind: str, light: Light, rng: np.random.Generator, size: int, scale: int) -> Place:
    horizon = rng.uniform(0.44, 0.54)
    place = Place(kind, light, Canvas(size, scale), horizon, rng.uniform(0.76, 0.84))
    sun_x = paint_sky(place.canvas, rng, light, horizon)
    PLACES[kind](place, rng, sun_x)
    return place
