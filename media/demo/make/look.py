"""
Contact sheets for the eye: every scene beside its heat-map under one model, and one scene under every checkpoint.

    python look.py SHEET.png                 all scenes under model.onnx: picture, map of the predicted class
    python look.py SHEET.png SCENE SCENE …   these scenes under every checkpoint: map of the true class
"""

import json
import sys
from pathlib import Path

import matplotlib
import numpy as np
import onnx
import onnxruntime
from PIL import Image, ImageDraw

from network import INPUT, MEAN, STD
from thing import LABELS

DEMO = Path(__file__).resolve().parent.parent
TILE = 256


class Classifier:
    """A checkpoint with its last map and the weights behind it, for class activation mapping."""

    def __init__(self, path: Path):
        model = onnx.load(path)
        pooling = next(node for node in model.graph.node if node.op_type in ("ReduceMean", "GlobalAveragePool"))
        model.graph.output.append(onnx.ValueInfoProto(name=pooling.input[0]))
        self.weights = next(onnx.numpy_helper.to_array(w) for w in model.graph.initializer if w.name == "classifier.weight")
        self.session = onnxruntime.InferenceSession(model.SerializeToString())

    def __call__(self, picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities [K] and class activation maps [K,16,16]."""
        small = picture.resize((INPUT, INPUT), Image.Resampling.BILINEAR)
        pixels = (np.asarray(small, np.float32) / 255 - MEAN) / STD
        logits, features = self.session.run(None, {"image": pixels.transpose(2, 0, 1)[None].astype(np.float32)})
        powers = np.exp(logits[0] - logits[0].max())
        return powers / powers.sum(), np.einsum("kc,chw->khw", self.weights, features[0])


def overlay(picture: Image.Image, heat: np.ndarray) -> Image.Image:
    heat = np.maximum(heat, 0)
    large = Image.fromarray((heat / max(heat.max(), 1e-9)).astype(np.float32)).resize(picture.size, Image.Resampling.BICUBIC)
    coloured = matplotlib.colormaps["turbo"](np.clip(np.asarray(large), 0, 1))[..., :3] * 255
    return Image.blend(picture, Image.fromarray(coloured.astype(np.uint8)), 0.5)


def tile(classifier: Classifier, picture: Image.Image, truth: int, shown: int | None) -> Image.Image:
    probabilities, maps = classifier(picture)
    top = int(probabilities.argmax())
    result = overlay(picture, maps[top if shown is None else shown])
    pen = ImageDraw.Draw(result)
    pen.rectangle((0, TILE - 16, TILE, TILE), fill=(20, 90, 40) if top == truth else (140, 30, 30))
    pen.text((4, TILE - 14), f"{LABELS[top]} {probabilities[top]:.2f}", fill="white")
    return result


def main(target: str, *names: str) -> None:
    document = json.loads((DEMO / "annotations.json").read_text())
    truth = {a["image_id"]: a["category_id"] for a in document["annotations"]}
    chosen = [image for image in document["images"] if not names or Path(image["file_name"]).stem in names]
    models = [DEMO / "model.onnx"] if not names else sorted((DEMO / "checkpoints").glob("*.onnx"))
    classifiers = [Classifier(path) for path in models]
    columns = 3 if not names else 1
    across = (1 + len(models)) * columns
    sheet = Image.new("RGB", (across * TILE, -(-len(chosen) // columns) * TILE))
    for i, image in enumerate(chosen):
        picture = Image.open(DEMO / "images" / image["file_name"])
        label = truth[image["id"]]
        tiles = [picture, *(tile(c, picture, label, label if names else None) for c in classifiers)]
        for j, each in enumerate(tiles):
            sheet.paste(each, ((i % columns * (1 + len(models)) + j) * TILE, i // columns * TILE))
    sheet.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
