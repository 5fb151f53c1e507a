"""Things: the four classes. Each is drawn into a layer of its own, standing on (x, base) and `size` high."""

import numpy as np

from background import Place
from paint import Canvas, Colour, bezier, ellipse, jitter, mix, shade

PAINTS: tuple[Colour, ...] = (
    (214, 62, 58), (240, 160, 52), (250, 206, 84), (60, 122, 190), (46, 150, 142), (244, 240, 230), (120, 84, 160), (226, 110, 140), (44, 62, 92),
)
WOOD: Colour = (136, 96, 66)


class Pen:
    """Draws in the thing's own coordinates: (0, 0) is where it stands, (0, -1) its top; mirrored when `flip` is -1."""

    def __init__(self, canvas: Canvas, place: Place, x: float, base: float, size: float, flip: int):
        self.canvas, self.place = canvas, place
        self.x, self.base, self.size, self.flip = x, base, size, flip

    def at(self, points):
        return [(self.x + self.flip * self.size * px, self.base + self.size * py) for px, py in points]

    def lit(self, colour):
        if isinstance(colour, list):
            return [self.place.colour(c) for c in colour]
        return self.place.colour(colour)

    def fill(self, points, colour, alpha: float = 1.0) -> None:
        self.canvas.fill(self.at(points), self.lit(colour), alpha)

    def line(self, points, width: float, colour, alpha: float = 1.0) -> None:
        self.canvas.line(self.at(points), width * self.size, self.lit(colour), alpha)

    def disc(self, x: float, y: float, r: float, colour, alpha: float = 1.0) -> None:
        self.fill(ellipse(x, y, r, r), colour, alpha)


def pick(rng: np.random.Generator, count: int) -> list[Colour]:
    return [jitter(rng, PAINTS[i], 8) for i in rng.choice(len(PAINTS), count, replace=False)]


def sailboat(pen: Pen, rng: np.random.Generator) -> None:
    hull, sail = pick(rng, 2)
    if rng.random() < 0.55:
        sail = (250, 246, 236)
    sheer = bezier((-0.36, -0.17), (0, -0.12), (0.46, -0.2))
    bottom = bezier((0.46, -0.2), (0.36, 0.0), (0.22, 0.0), (-0.26, 0.0), (-0.34, -0.04), (-0.36, -0.17))
    pen.line([(0.02, -0.14), (0.02, -0.99)], 0.022, WOOD)
    main = bezier((0.0, -0.95), (-0.16, -0.5), (-0.34, -0.25)) + bezier((-0.34, -0.25), (-0.16, -0.21), (0.0, -0.24))
    jib = bezier((0.045, -0.9), (0.3, -0.5), (0.42, -0.25)) + bezier((0.42, -0.25), (0.22, -0.25), (0.06, -0.27))
    pen.fill(main, [shade(sail, 1.12), shade(sail, 0.88)])
    pen.fill(jib, [shade(mix(sail, (255, 255, 255), 0.3), 1.05), shade(sail, 0.82)])
    if rng.random() < 0.6:
        for low, high in ((0.62, 0.72), (0.78, 0.84)):
            pen.fill([main[round(low * 15)], main[round(high * 15)], (0.0, -0.95 + 0.71 * high), (0.0, -0.95 + 0.71 * low)], hull, 0.8)
    pen.line([(-0.34, -0.225), (0.02, -0.215)], 0.018, WOOD)
    pen.fill(sheer + bottom, [shade(hull, 1.12), shade(hull, 0.72)])
    pen.line([(x, y + 0.022) for x, y in sheer], 0.02, (250, 246, 236))
    pen.fill([(0.02, -0.99), (0.12, -0.965), (0.02, -0.935)], (220, 64, 60))


def car(pen: Pen, rng: np.random.Generator) -> None:
    (body,) = pick(rng, 1)
    long, roof = rng.uniform(0.86, 1.0), rng.uniform(0.86, 1.0)
    cabin = bezier((-0.62 * long, -0.5), (-0.52, -1.0 * roof), (-0.34, -1.0 * roof), (0.02, -1.0 * roof)) + bezier((0.02, -1.0 * roof), (0.24, -1.0 * roof), (0.36, -0.6), (0.5 * long, -0.52))
    shell = (
        bezier((-0.98 * long, -0.2), (-1.0 * long, -0.52), (-0.9 * long, -0.56), (-0.6, -0.58))
        + [(0.42, -0.56)]
        + bezier((0.42, -0.56), (0.8 * long, -0.5), (0.98 * long, -0.46), (1.0 * long, -0.2))
        + [(0.94 * long, -0.14), (-0.94 * long, -0.14)]
    )
    pen.fill(cabin, [shade(body, 1.2), shade(body, 0.95)])
    glass = [(150, 192, 214), (206, 228, 236)]
    pen.fill([(-0.5 * long, -0.56), (-0.4, -0.9 * roof), (-0.12, -0.92 * roof), (-0.12, -0.56)], glass)
    pen.fill([(-0.05, -0.56), (-0.05, -0.92 * roof), (0.06, -0.91 * roof), (0.36 * long, -0.56)], glass)
    pen.fill(shell, [shade(body, 1.14), shade(body, 0.74)])
    pen.line([(-0.96 * long, -0.36), (0.97 * long, -0.36)], 0.03, shade(body, 0.7), 0.7)
    pen.line([(-0.09, -0.54), (-0.09, -0.2)], 0.018, shade(body, 0.62), 0.8)
    pen.line([(-0.2, -0.46), (-0.28, -0.46)], 0.03, shade(body, 0.5))
    pen.fill(ellipse(0.93 * long, -0.37, 0.06, 0.055), (255, 240, 190))
    pen.fill(ellipse(-0.95 * long, -0.38, 0.04, 0.06), (200, 50, 50))
    for x in (-0.58 * long, 0.58 * long):
        pen.disc(x, -0.2, 0.245, shade(body, 0.45))
        pen.disc(x, -0.19, 0.2, (44, 44, 52))
        pen.disc(x, -0.19, 0.1, (206, 210, 216))
        pen.disc(x, -0.19, 0.035, (90, 92, 100))


def balloon(pen: Pen, rng: np.random.Generator) -> None:
    first, second, band = pick(rng, 3)
    centre, radius = -0.66, 0.335
    stripes = int(rng.integers(3, 6))

    def outline(share: float):
        """The meridian that stands `share` of the radius right of the middle."""
        crown = [(radius * share * np.sin(a), centre - radius * np.cos(a)) for a in np.linspace(0, np.pi / 2, 16)]
        skirt = bezier((radius * share, centre), (radius * share, centre + 0.2), (0.075 * share, -0.26), steps=14)
        return crown + skirt

    shares = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 2 * stripes + 2))
    for i, (left, right) in enumerate(zip(shares, shares[1:])):
        colour = shade((first, second)[i % 2], 1.12 - 0.16 * abs(left + right))
        pen.fill(outline(left) + outline(right)[::-1], [shade(colour, 1.14), colour, shade(colour, 0.74)])
    if rng.random() < 0.5:
        ring = [p for p in outline(1) if centre - 0.02 <= p[1] <= centre + 0.1]
        pen.fill(ring + [(-x, y) for x, y in ring[::-1]], band, 0.9)
    for x in (-0.065, 0.065):
        pen.line([(x, -0.26), (x * 0.75, -0.1)], 0.008, (80, 64, 54))
    pen.fill([(-0.065, -0.265), (0.065, -0.265), (0.05, -0.235), (-0.05, -0.235)], shade(first, 0.7))
    pen.fill([(-0.06, -0.105), (0.06, -0.105), (0.048, 0.0), (-0.048, 0.0)], [shade(WOOD, 1.25), shade(WOOD, 0.8)])
    pen.line([(-0.064, -0.1), (0.064, -0.1)], 0.022, shade(WOOD, 0.7))


def windmill(pen: Pen, rng: np.random.Generator) -> None:
    wall = jitter(rng, ((244, 238, 224), (198, 108, 84), (222, 196, 152), (188, 198, 204))[rng.integers(4)], 6)
    (cap,) = pick(rng, 1)
    pen.fill([(-0.2, 0), (-0.115, -0.6), (0.115, -0.6), (0.2, 0)], wall)
    pen.fill([(0.02, 0), (0.012, -0.6), (0.115, -0.6), (0.2, 0)], shade(wall, 0.86))
    pen.fill([(-0.152, -0.34), (0.152, -0.34), (0.16, -0.39), (-0.16, -0.39)][::-1], shade(wall, 0.72))
    pen.fill(bezier((-0.14, -0.59), (-0.13, -0.76), (0.13, -0.76), (0.14, -0.59)), [shade(cap, 1.15), shade(cap, 0.75)])
    pen.fill([(-0.055, 0), *ellipse(0, -0.13, 0.055, 0.055, 180, 360), (0.055, 0)], shade(WOOD, 0.8))
    for y in (-0.27, -0.49):
        pen.fill([(-0.028, y - 0.035), (0.028, y - 0.035), (0.028, y + 0.035), (-0.028, y + 0.035)], (92, 116, 140))
    angle, hub = rng.uniform(0, np.pi / 2), (0.0, -0.64)
    for turn in range(4):
        a = angle + turn * np.pi / 2
        along, across = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        spot = lambda s, t: tuple(np.array(hub) + s * along + t * across)
        pen.fill([spot(0.09, 0.0), spot(0.37, 0.0), spot(0.37, 0.085), spot(0.09, 0.07)], (250, 246, 236), 0.96)
        for s in (0.16, 0.23, 0.3):
            pen.line([spot(s, 0.0), spot(s, 0.078)], 0.01, WOOD)
        pen.line([spot(0, 0), spot(0.385, 0)], 0.026, shade(WOOD, 0.7))
    pen.disc(*hub, 0.035, shade(WOOD, 0.55))


THINGS = {"sailboat": sailboat, "car": car, "balloon": balloon, "windmill": windmill}
LABELS = tuple(THINGS)
