"""Draws media/icon.png: an eye whose iris is a heat map."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE, SCALE = 256, 8
SIDE = SIZE * SCALE
TILE = ((38, 34, 74), (16, 16, 40))
# From the middle of the iris outwards.
HEAT = ((0.0, (255, 252, 214)), (0.2, (255, 226, 110)), (0.42, (252, 150, 50)), (0.64, (224, 62, 84)), (0.84, (130, 36, 134)), (1.0, (58, 24, 108)))


def mask(draw_shape) -> Image.Image:
    image = Image.new("L", (SIDE, SIDE), 0)
    draw_shape(ImageDraw.Draw(image))
    return image


def almond(half_width: float, half_height: float) -> list[tuple[float, float]]:
    """An eye's outline round the middle, in pixels: two arcs that meet in soft points."""
    t = np.linspace(-1, 1, 200)
    lid = half_height * np.cos(np.pi * t / 2) ** 1.25
    upper, lower = list(zip(t * half_width, -lid)), list(zip(t[::-1] * half_width, lid[::-1]))
    return [((0.5 + x) * SIDE, (0.5 + y) * SIDE) for x, y in upper + lower]


def radial(stops, x: float, y: float, radius: float) -> Image.Image:
    axis = (np.arange(SIDE) + 0.5) / SIDE
    distance = np.hypot(axis[None, :] - x, axis[:, None] - y) / radius
    at = [stop for stop, _ in stops]
    channels = [np.interp(distance, at, [colour[i] for _, colour in stops]) for i in range(3)]
    return Image.fromarray(np.stack(channels, 2).round().astype(np.uint8))


def main() -> None:
    icon = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    tile = mask(lambda pen: pen.rounded_rectangle((0, 0, SIDE - 1, SIDE - 1), 0.22 * SIDE, fill=255))
    icon.paste(radial(((0, TILE[0]), (1, TILE[1])), 0.5, 0.42, 0.75), mask=tile)
    eye = mask(lambda pen: pen.polygon(almond(0.42, 0.255), fill=255))
    glow = eye.filter(ImageFilter.GaussianBlur(0.035 * SIDE)).point(lambda v: round(v * 0.55))
    icon.paste((236, 92, 92), mask=ImageChops.multiply(glow, tile))
    icon.paste((250, 246, 238), mask=eye)
    iris = mask(lambda pen: pen.ellipse([(0.5 - 0.218) * SIDE, (0.5 - 0.218) * SIDE, (0.5 + 0.218) * SIDE, (0.5 + 0.218) * SIDE], fill=255))
    icon.paste(radial(HEAT, 0.5, 0.5, 0.218), mask=ImageChops.multiply(iris, eye))
    spark = mask(lambda pen: pen.ellipse([0.555 * SIDE, 0.40 * SIDE, 0.605 * SIDE, 0.45 * SIDE], fill=235))
    icon.paste((255, 255, 255), mask=spark)
    small = icon.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    small.save(Path(__file__).resolve().parents[1] / "icon.png", optimize=True)


if __name__ == "__main__":
    main()
