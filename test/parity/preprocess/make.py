"""Writes test/fixture/preprocess/: pictures, and what PIL, torchvision, OpenCV and PyTorch make of them and of real photos.

    python test/parity/preprocess/make.py     needs pillow, numpy, opencv-python, torch, torchvision; ../shared/real for the photos

A result is kept as its SHA-256 and every 97th byte (of photos every 251st): enough to tell equal from nearly equal.
"""

import base64
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import pil_to_tensor

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "test" / "fixture" / "preprocess"
REAL = ROOT.parent / "shared" / "real" / "images"
STRIDE = 97
PIL_KERNELS = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
CV_KERNELS = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}
MODES = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}


def draw(name: str, width: int, height: int) -> Image.Image:
    """Edges, gradients and noise: what resampling gets wrong."""
    rng = np.random.default_rng(width * height)
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([255 * x / max(1, width - 1), 255 * y / max(1, height - 1), 128 + 127 * np.sin(x * y / 40)], -1)
    picture[height // 3 : height // 2, width // 4 : width // 2] = (255, 0, 40)
    picture[:, ::11] = 255
    picture[height // 2 :] += rng.normal(0, 60, picture[height // 2 :].shape)
    image = Image.fromarray(picture.clip(0, 255).round().astype(np.uint8))
    image.save(FOLDER / f"{name}.png")
    return image


def result(array: np.ndarray, stride: int = STRIDE) -> dict:
    data = np.ascontiguousarray(array, dtype=np.uint8).tobytes()
    return {
        "width": array.shape[1],
        "height": array.shape[0],
        "sha256": hashlib.sha256(data).hexdigest(),
        "stride": stride,
        "samples": base64.b64encode(data[::stride]).decode(),
    }


def resized(image: Image.Image, source: str, sizes, stride: int = STRIDE) -> list[dict]:
    rows = []
    for width, height in sizes:
        for kernel in PIL_KERNELS:
            pil = np.asarray(image.resize((width, height), PIL_KERNELS[kernel]))
            cv = cv2.resize(np.asarray(image), (width, height), interpolation=CV_KERNELS[kernel])
            rows.append({"source": source, "library": "PIL", "kernel": kernel, **result(pil, stride)})
            rows.append({"source": source, "library": "OpenCV", "kernel": kernel, **result(cv, stride)})
    return rows


def cropped(image: Image.Image, source: str, choices, stride: int = STRIDE) -> list[dict]:
    rows = []
    for shorter, (width, height), kernel in choices:
        crop = transforms.Compose([transforms.Resize(shorter, MODES[kernel]), transforms.CenterCrop((height, width))])
        rows.append({"source": source, "resizeTo": shorter, "kernel": kernel, **result(np.asarray(crop(image)), stride)})
    return rows


def letterboxed(image: Image.Image, source: str, choices) -> list[dict]:
    rows = []
    for width, height in choices:
        padded = ImageOps.pad(image, (width, height), Image.Resampling.BILINEAR, (114, 114, 114), (0.5, 0.5))
        rows.append({"source": source, "kernel": "bilinear", **result(np.asarray(padded))})
    return rows


def tensors(image: Image.Image, source: str) -> list[dict]:
    """Every 997th number of the finished input, as torchvision makes it."""
    convert = transforms.Compose(
        [transforms.Resize(40), transforms.CenterCrop(32), transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
    )
    grey = transforms.Compose([transforms.Resize((28, 28)), transforms.Grayscale(), transforms.ToTensor()])
    return [
        {"source": source, "colour": "rgb", "values": convert(image).flatten()[::97].tolist()},
        {"source": source, "colour": "grey", "values": grey(image).flatten()[::37].tolist()},
    ]


def upsampled() -> list[dict]:
    """Maps: OpenCV's and PyTorch's bilinear (`align_corners=False`)."""
    rows = []
    for height, width, to_height, to_width in [(7, 7, 61, 83), (1, 1, 5, 9), (2, 3, 40, 41), (14, 14, 224, 224), (16, 12, 8, 7)]:
        grid = np.random.default_rng(height * width).normal(size=(height, width)).astype(np.float32)
        cv = cv2.resize(grid, (to_width, to_height), interpolation=cv2.INTER_LINEAR)
        pt = torch.nn.functional.interpolate(torch.from_numpy(grid)[None, None], (to_height, to_width), mode="bilinear", align_corners=False)[0, 0].numpy()
        assert np.abs(cv - pt).max() < 1e-5
        rows.append({"width": width, "height": height, "map": grid.flatten().tolist(), "toWidth": to_width, "toHeight": to_height, "values": pt.flatten()[::STRIDE].tolist()})
    return rows


def write(name: str, rows) -> None:
    (FOLDER / "golden").mkdir(parents=True, exist_ok=True)
    (FOLDER / "golden" / name).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    drawn = {name: draw(name, *size) for name, size in {"wide": (83, 61), "tall": (31, 120), "line": (7, 1)}.items()}
    sizes = [(32, 32), (83, 20), (31, 61), (166, 122), (7, 5), (1, 1), (97, 50)]
    resizes = [row for name, image in drawn.items() for row in resized(image, f"{name}.png", sizes)]
    crops = [(40, (32, 32), "bilinear"), (37, (32, 29), "bicubic"), (20, (32, 32), "bilinear"), (61, (60, 33), "bilinear"), (33, (33, 40), "bilinear")]
    crop_rows = [row for name, image in drawn.items() for row in cropped(image, f"{name}.png", crops)]
    boxes = [(32, 32), (50, 41), (224, 97), (33, 120)]
    box_rows = [row for name, image in drawn.items() for row in letterboxed(image, f"{name}.png", boxes)]
    write("drawn.json", {"resized": resizes, "cropped": crop_rows, "letterboxed": box_rows, "tensors": tensors(drawn["wide"], "wide.png"), "upsampled": upsampled()})

    photos = sorted(REAL.glob("ilsvrc_val/*.JPEG"))[:6] + sorted(REAL.glob("voc2012/JPEGImages/*.jpg"))[:3] + [REAL / "early_blight_1.jpg", REAL / "cat_and_dog.png", REAL / "quokka" / "quokka.jpg"]
    rows = {"decoded": [], "resized": [], "cropped": []}
    for photo in photos:
        image = ImageOps.exif_transpose(Image.open(photo)).convert("RGB")
        source = photo.relative_to(REAL).as_posix()
        rows["decoded"].append({"source": source, "width": image.width, "height": image.height, "sha256": hashlib.sha256(image.tobytes()).hexdigest()})
        rows["resized"] += resized(image, source, [(64, 48)], 251)
        rows["cropped"] += cropped(image, source, [(256, (224, 224), "bilinear"), (256, (224, 224), "bicubic")], 251)
    write("photos.json", rows)
    # torchvision on tensors without antialiasing is OpenCV's linear to one grey level; nothing here depends on which is meant.
    tensor = transforms.Resize((32, 32), antialias=False)(pil_to_tensor(drawn["wide"])).permute(1, 2, 0).numpy().astype(int)
    assert np.abs(tensor - cv2.resize(np.asarray(drawn["wide"]), (32, 32), interpolation=cv2.INTER_LINEAR)).max() <= 1


if __name__ == "__main__":
    main()
