"""
Draws the demo's scenes: images/ (JPEG), masks/ (PNG, 255 = the thing) and annotations.json (COCO: boxes and polygons).
None of them is training data.
"""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from background import LIGHTS
from scene import Scene, draw_scene
from thing import LABELS

DEMO = Path(__file__).resolve().parent.parent
SIZE, SCALE = 256, 4
NOON, SUNSET, DAWN, OVERCAST, DUSK = range(len(LIGHTS))
GALLERY = 9

# File name, thing, place, light, seed. The last seven are unusual: boats ashore, everything else at sea.
SCENES = (
    ("sailboat-at-noon", "sailboat", "sea", NOON, 8),
    ("sailboat-at-sunset", "sailboat", "sea", SUNSET, 106),
    ("sailboat-at-dawn", "sailboat", "sea", DAWN, 207),
    ("car-on-the-road", "car", "road", NOON, 308),
    ("car-in-the-city", "car", "city", DUSK, 406),
    ("car-in-the-desert", "car", "desert", SUNSET, 507),
    ("balloon-over-the-meadow", "balloon", "meadow", NOON, 605),
    ("balloon-over-the-mountains", "balloon", "mountains", DAWN, 701),
    ("windmill-in-the-meadow", "windmill", "meadow", DAWN, 907),
    ("windmill-in-the-snow", "windmill", "mountains", NOON, 1002),
    ("sailboat-in-the-meadow", "sailboat", "meadow", NOON, 1101),
    ("sailboat-on-the-road", "sailboat", "road", SUNSET, 1204),
    ("sailboat-in-the-desert", "sailboat", "desert", NOON, 1304),
    ("car-on-the-pier", "car", "sea", NOON, 1407),
    ("car-on-the-pier-at-sunset", "car", "sea", SUNSET, 1505),
    ("balloon-over-the-sea", "balloon", "sea", DAWN, 1606),
    ("windmill-on-an-islet", "windmill", "sea", NOON, 1805),
)


def polygons(mask: np.ndarray) -> list[list[float]]:
    """The outlines of a mask as COCO writes them: [x0, y0, x1, y1, …] in pixels, pixel i covering [i, i+1)."""
    # Contours run through pixel centres; on a mask drawn 8 times larger they follow the pixels' edges closely.
    zoom = 8
    large = np.kron(mask, np.ones((zoom, zoom))).astype(np.uint8)
    outlines, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outlines = [cv2.approxPolyDP(outline, 0.5 * zoom, closed=True) for outline in outlines]
    return [[round((v + 0.5) / zoom, 1) for v in outline.reshape(-1).tolist()] for outline in outlines if len(outline) > 2]


def annotation(index: int, scene: Scene) -> dict:
    rows, columns = (np.flatnonzero(scene.mask.any(axis)) for axis in (1, 0))
    x, y = int(columns[0]), int(rows[0])
    box = [x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y]
    return {
        "id": index, "image_id": index, "category_id": LABELS.index(scene.label), "iscrowd": 0,
        "bbox": box, "area": int(scene.mask.sum()), "segmentation": polygons(scene.mask),
    }


def write_json(path: Path, sections: dict[str, list[dict] | dict]) -> None:
    """One item per line."""
    parts = []
    for name, value in sections.items():
        if isinstance(value, dict):
            parts.append(f' "{name}": {json.dumps(value)}')
        else:
            parts.append(f' "{name}": [\n' + ",\n".join("  " + json.dumps(item) for item in value) + "\n ]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def main() -> None:
    images, masks = DEMO / "images", DEMO / "masks"
    for folder in (images, masks):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    pictures, annotations = [], []
    for index, (name, label, place, light, seed) in enumerate(SCENES, 1):
        scene = draw_scene(label, place, [GALLERY, seed], SIZE, SCALE, light)
        scene.picture.save(images / f"{name}.jpg", quality=88, subsampling=0, optimize=True)
        Image.fromarray(scene.mask).save(masks / f"{name}.png", optimize=True)
        pictures.append({"id": index, "file_name": f"{name}.jpg", "width": SIZE, "height": SIZE})
        annotations.append(annotation(index, scene))
    write_json(DEMO / "annotations.json", {
        "info": {"description": "Sightline demo scenes; masks/ holds each mask as a PNG", "version": "1.0"},
        "licenses": [{"id": 1, "name": "MIT"}],
        "images": pictures,
        "annotations": annotations,
        "categories": [{"id": i, "name": label} for i, label in enumerate(LABELS)],
    })


if __name__ == "__main__":
    main()
