"""Writes small images of every kind to test/fixture/image/, and what PIL makes of each: golden/pixels.json.

    python test/parity/image/make.py     needs pillow, numpy, opencv-python

Transparent pictures are expected over white; 16-bit ones divided by 257 or shifted (one grey level apart), where PIL itself only clips.
"""

import base64
import json
import struct
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms

FOLDER = Path(__file__).parents[2] / "fixture" / "image"
WIDTH, HEIGHT = 29, 19


def picture() -> np.ndarray:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = np.stack([128 + 120 * np.sin(x / 4 + y / 9), 255 * y / HEIGHT, 128 + 120 * np.cos((x + y) / 6)], -1)
    waves[5:9, 7:13] = (250, 20, 30)
    return waves.round().astype(np.uint8)


expected: dict[str, dict] = {}


def expect(name: str, rgb: np.ndarray) -> None:
    height, width = rgb.shape[:2]
    expected[name] = {"width": width, "height": height, "rgb": base64.b64encode(np.ascontiguousarray(rgb).tobytes()).decode()}


def as_pil(name: str) -> None:
    with Image.open(FOLDER / name) as image:
        expect(name, np.asarray(image.convert("RGB")))


def save(name: str, image: Image.Image, **options) -> None:
    image.save(FOLDER / name, **options)
    as_pil(name)


def over_white(name: str, image: Image.Image, **options) -> None:
    image.save(FOLDER / name, **options)
    rgba = np.asarray(image.convert("RGBA")).astype(float)
    alpha = rgba[..., 3:] / 255
    expect(name, (rgba[..., :3] * alpha + 255 * (1 - alpha)).round().astype(np.uint8))


def deep(name: str, values: np.ndarray) -> None:
    """16 bits per channel."""
    cv2.imwrite(str(FOLDER / name), values if values.ndim == 2 else values[..., ::-1])
    rgb = np.stack([values] * 3, -1) if values.ndim == 2 else values
    expect(name, (rgb >> 8).astype(np.uint8))


def bmp(name: str, bits: int, rows: np.ndarray, compression: int = 0, masks: bytes = b"", palette: bytes = b"", top_down: bool = False) -> None:
    """A bitmap that PIL reads but does not write. `rows`: packed bytes from the top, [height, bytes]."""
    stride = (rows.shape[1] + 3) // 4 * 4
    packed = np.zeros((HEIGHT, stride), np.uint8)
    packed[:, : rows.shape[1]] = rows
    body = (packed if top_down else packed[::-1]).tobytes()
    offset = 14 + 40 + len(masks) + len(palette)
    height = -HEIGHT if top_down else HEIGHT
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, len(body), 0, 0, len(palette) // 4, 0)
    (FOLDER / name).write_bytes(b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + header + masks + palette + body)
    as_pil(name)


FOLDER.mkdir(parents=True, exist_ok=True)
rgb = picture()
image = Image.fromarray(rgb)
ramp = (np.mgrid[0:HEIGHT, 0:WIDTH][1] * 8.7).astype(np.uint8)
transparent = Image.fromarray(np.dstack([rgb, ramp]))

save("rgb.png", image)
save("grey.png", image.convert("L"))
save("palette.png", image.convert("P"))
save("bilevel.png", image.convert("1"))
over_white("alpha.png", transparent)
over_white("greyAlpha.png", transparent.convert("LA"))
over_white("alpha.webp", transparent, lossless=True, exact=True)
save("lossless.webp", image, lossless=True)
save("lossy.webp", image, quality=80)
save("rgb.avif", image, quality=90, subsampling="4:4:4")

save("420.jpg", image, quality=85, subsampling=2)
save("422.jpg", image, quality=85, subsampling=1)
save("444.jpg", image, quality=85, subsampling=0)
save("progressive.jpg", image, quality=85, progressive=True)
save("grey.jpg", image.convert("L"), quality=85)
save("cmyk.jpg", image.convert("CMYK"), quality=90)
# A profile that swaps red and blue: whoever applies it is caught.
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
swapped = srgb.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
save("profile.jpg", image, quality=85, icc_profile=swapped)

save("rgb.tif", image)
save("lzw.tif", image, compression="tiff_lzw")
save("cmyk.tif", image.convert("CMYK"))
save("rgb.gif", image.convert("P"))
save("animated.gif", image.convert("P"), save_all=True, append_images=[Image.fromarray(255 - rgb).convert("P")])
save("animated.webp", image, save_all=True, append_images=[Image.fromarray(255 - rgb)], lossless=True)

deep("deepGrey.png", (np.mgrid[0:HEIGHT, 0:WIDTH][1] * 2200).astype(np.uint16))
deep("deep.png", rgb.astype(np.uint16) * 257)
deep("deep.tif", rgb.astype(np.uint16) * 256 + 77)

# Refused: what is white in it?
Image.fromarray(np.zeros((9, 9), np.float32)).save(FOLDER / "float.tif")

save("rgb.bmp", image)
save("grey.bmp", image.convert("L"))
save("palette.bmp", image.convert("P"))
save("bilevel.bmp", image.convert("1"))
bgr = rgb[..., ::-1].reshape(HEIGHT, -1)
bmp("topDown.bmp", 24, bgr, top_down=True)
bgrx = np.dstack([rgb[..., ::-1], np.full((HEIGHT, WIDTH), 255, np.uint8)]).reshape(HEIGHT, -1)
bmp("32.bmp", 32, bgrx)
bmp("fields.bmp", 32, bgrx, 3, struct.pack("<III", 0xFF0000, 0xFF00, 0xFF))
five = (rgb >> 3).astype(np.uint16)
bmp("555.bmp", 16, (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]).astype("<u2").view(np.uint8).reshape(HEIGHT, -1))
six = (rgb[..., 1] >> 2).astype(np.uint16)
packed565 = (five[..., 0] << 11 | six << 5 | five[..., 2]).astype("<u2").view(np.uint8).reshape(HEIGHT, -1)
bmp("565.bmp", 16, packed565, 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F))
indices = (np.mgrid[0:HEIGHT, 0 : WIDTH + 1].sum(0) % 16).astype(np.uint8)
colours = b"".join(bytes([17 * i, 255 - 17 * i, 100, 0]) for i in range(16))
bmp("16colours.bmp", 4, indices[:, 0::2] << 4 | indices[:, 1::2], palette=colours)

(FOLDER / "golden").mkdir(exist_ok=True)
(FOLDER / "golden" / "pixels.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
