"""Paint: anti-aliased shapes on a picture, in unit coordinates (0..1, x to the right, y down)."""

import math
from functools import partial

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """The colour a share `t` of the way from `a` to `b`."""
    return tuple(round(p + (q - p) * t) for p, q in zip(a, b))


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    return mix((0, 0, 0), colour, factor) if factor <= 1 else mix(colour, (255, 255, 255), factor - 1)


def tint(colour: Colour, light: tuple[float, float, float]) -> Colour:
    """The colour as it looks under coloured light."""
    return tuple(min(255, round(c * l)) for c, l in zip(colour, light))


def jitter(rng: np.random.Generator, colour: Colour, amount: float = 10) -> Colour:
    return tuple(int(np.clip(c + d, 0, 255)) for c, d in zip(colour, rng.normal(0, amount, 3)))


def bezier(*points, steps: int = 16) -> list[tuple[float, float]]:
    """A Bézier curve of any degree as a polyline."""
    t = np.linspace(0, 1, steps)[:, None]
    degree = len(points) - 1
    curve = sum(
        math.comb(degree, i) * t**i * (1 - t) ** (degree - i) * np.array(p, float)
        for i, p in enumerate(points)
    )
    return [tuple(p) for p in curve]


def ellipse(x: float, y: float, rx: float, ry: float, start=0.0, end=360.0) -> list[tuple[float, float]]:
    angles = np.radians(np.linspace(start, end, 48))
    return list(zip(x + rx * np.cos(angles), y + ry * np.sin(angles)))


def ridge(rng: np.random.Generator, base: float, height: float, waves: float) -> list[tuple[float, float]]:
    """A smooth skyline: a sum of sines that ends at the left and right border."""
    x = np.linspace(-0.02, 1.02, 90)
    y = sum(
        np.sin(2 * np.pi * waves * k * x + rng.uniform(0, 6.28)) / k**1.2 * rng.uniform(0.5, 1)
        for k in (1, 2, 3)
    )
    return list(zip(x, base - height * y / 2))


class Canvas:
    """A picture `size` pixels wide, held `scale` times larger until `picture` or `coverage` shrinks it."""

    def __init__(self, size: int, scale: int, transparent: bool = False):
        self.size, self.scale = size, scale
        self.side = size * scale
        self.image = Image.new("RGBA", (self.side, self.side), (0, 0, 0, 0 if transparent else 255))

    def layer(self) -> "Canvas":
        return Canvas(self.size, self.scale, transparent=True)

    def fill(self, points, colour, alpha: float = 1.0, blur: float = 0.0) -> None:
        """A filled polygon. `colour` is one colour, or a list of colours from the top of the shape to its bottom."""
        self.many([points], colour, alpha, blur)

    def many(self, shapes, colour, alpha: float = 1.0, blur: float = 0.0) -> None:
        """Polygons of one colour, as one shape where they overlap."""
        pixels = [[(x * self.side, y * self.side) for x, y in points] for points in shapes]
        self._paint([p for points in pixels for p in points], 0, blur, colour, alpha, pixels, ImageDraw.ImageDraw.polygon)

    def line(self, points, width: float, colour, alpha: float = 1.0, blur: float = 0.0) -> None:
        pixels = [(x * self.side, y * self.side) for x, y in points]
        thick = max(1, round(width * self.side))
        self._paint(pixels, thick, blur, colour, alpha, [pixels], partial(ImageDraw.ImageDraw.line, width=thick, joint="curve"))

    def disc(self, x: float, y: float, r: float, colour, alpha: float = 1.0, blur: float = 0.0) -> None:
        self.fill(ellipse(x, y, r, r), colour, alpha, blur)

    def over(self, other: "Canvas", alpha: float = 1.0) -> None:
        """Lays another canvas on top."""
        top = other.image
        if alpha < 1:
            top = top.copy()
            top.putalpha(top.getchannel("A").point(lambda a: round(a * alpha)))
        self.image.alpha_composite(top)

    def clip(self, other: "Canvas") -> None:
        """Keeps only what lies inside what `other` covers."""
        alpha = ImageChops.multiply(self.image.getchannel("A"), other.image.getchannel("A"))
        self.image.putalpha(alpha)

    def picture(self, rng: np.random.Generator, grain: float = 2.5) -> Image.Image:
        """The finished picture with a little vignette and grain."""
        small = self.image.convert("RGB").resize((self.size, self.size), Image.Resampling.BOX)
        pixels = np.asarray(small, np.float32)
        axis = np.linspace(-1, 1, self.size)
        vignette = 1 - 0.10 * (axis[:, None] ** 2 + axis[None, :] ** 2) ** 1.5 / 2
        noise = rng.normal(0, grain, (self.size, self.size, 1))
        return Image.fromarray(np.clip(pixels * vignette[..., None] + noise, 0, 255).astype(np.uint8))

    def coverage(self) -> np.ndarray:
        """[size, size] booleans: the pixels that are covered by at least half."""
        alpha = self.image.getchannel("A").resize((self.size, self.size), Image.Resampling.BOX)
        return np.asarray(alpha) >= 128

    def _paint(self, points, margin, blur, colour, alpha, shapes, draw) -> None:
        """Draws `shapes` into a mask no larger than they are and lays `colour` on through it."""
        if not points:
            return
        edge = margin + 3 * blur * self.side + 1
        xs, ys = zip(*points)
        left, top = (max(0, math.floor(min(v) - edge)) for v in (xs, ys))
        right, bottom = (min(self.side, math.ceil(max(v) + edge)) for v in (xs, ys))
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top), 0)
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            draw(pen, [(x - left, y - top) for x, y in shape], fill=round(255 * alpha))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.side))
        ink = self._ink(colour, mask.size, top, min(ys), max(ys))
        ink.putalpha(mask)
        self.image.alpha_composite(ink, (left, top))

    @staticmethod
    def _ink(colour, size: tuple[int, int], origin: int, top: float, bottom: float) -> Image.Image:
        if not isinstance(colour, list):
            return Image.new("RGBA", size, colour)
        y = np.arange(size[1]) + origin + 0.5
        t = np.clip((y - top) / max(bottom - top, 1e-6), 0, 1) * (len(colour) - 1)
        channels = [np.interp(t, range(len(colour)), [c[i] for c in colour]) for i in range(3)]
        column = np.stack(channels, 1)[:, None].round().astype(np.uint8)
        return Image.fromarray(np.repeat(column, size[0], 1)).convert("RGBA")
