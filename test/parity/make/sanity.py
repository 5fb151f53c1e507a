"""Goldens of the sanity check: how a map's ranks are those of the network whose weights are all in another order. Usage: python sanity.py [NAME...]

Writes ../golden/sanity/NAME.json, which ../judge.test.ts holds Sightline to. The orders are those of Sightline, written anew: a hash chooses the places that Fisher and Yates exchange.
PyTorch makes the maps with the weights so ordered, in float64, and scipy compares their ranks.
"""

import gzip
import json
import sys
from collections.abc import Callable
from importlib.metadata import version

import captum
import numpy as np
import onnx
import scipy
import torch
from captum.attr import Saliency
from noise import hashed
from pytorch_grad_cam import GradCAM
from scipy.stats import spearmanr
from subjects import Subject, make, subjects

FOLDER = make.FOLDER / "sanity"
NAMES = ["squeezenet1_1", "vit-ts17"]
ORDERS = 5
CARRIERS = {"Cast", "Expand", "Gather", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"}
"""Operators that hand a weight on as it is."""


def learned(name: str, rules: list[dict]) -> list[dict]:
    """The rules of all weights, from the output down, a node's in the order of its inputs."""
    graph = onnx.load_from_string(gzip.open(make.FOLDER / f"{name}.onnx.gz").read()).graph
    by_offset = {}
    offset = 0
    for rule in rules:
        by_offset[offset] = rule
        offset += 4 * int(np.prod(rule["dims"]))
    offsets = {
        one.name: int(next((entry.value for entry in one.external_data if entry.key == "offset"), "0"))
        for one in graph.initializer
        if one.external_data
    }
    makers = {output: node for node in graph.node for output in node.output}
    found: dict[str, dict] = {}
    for node in reversed(graph.node):
        if node.op_type in CARRIERS:
            continue
        for value in node.input:
            while value in makers and makers[value].op_type in CARRIERS:
                value = makers[value].input[0]
            if value in offsets:
                found.setdefault(value, by_offset[offsets[value]])
    assert len(found) == len(rules), f"{len(found)} of {len(rules)} weights are read"
    return list(found.values())


def shuffled(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Fisher and Yates, from the last place on: place i is exchanged with place ⌊h·(i + 1)⌋, where h in [0,1) is the hash of the seed and i."""
    count = numbers.size
    assert count <= 2**20, "longer tensors are shuffled in runs"
    others = np.floor(hashed(seed, np.arange(count)) * np.arange(1, count + 1)).astype(int).tolist()
    cells = numbers.ravel().tolist()
    for i in range(count - 1, 0, -1):
        other = others[i]
        cells[i], cells[other] = cells[other], cells[i]
    return np.asarray(cells).reshape(numbers.shape)


def shuffle(subject: Subject, rules: list[dict], original: dict[str, torch.Tensor], order: int) -> None:
    state = subject.net.state_dict()
    for i, rule in enumerate(rules):
        tensor = original[rule["name"]].numpy()
        perm = rule.get("perm", list(range(tensor.ndim)))
        stored = np.ascontiguousarray(tensor.transpose(perm))
        now = shuffled(stored, order * len(rules) + i).transpose(np.argsort(perm))
        state[rule["name"]].copy_(torch.from_numpy(np.ascontiguousarray(now)))


def saliency(subject: Subject) -> np.ndarray:
    gradient = Saliency(subject.net).attribute(subject.x.clone().requires_grad_(), target=subject.classes[0])
    return gradient[0].sum(0).detach().numpy()


class Raw(GradCAM):
    """At the layer's resolution, not scaled."""

    def compute_cam_per_layer(self, input_tensor, targets, eigen_smooth):
        (activations,), (gradients,) = self.activations_and_grads.activations, self.activations_and_grads.gradients
        cam = self.get_cam_image(input_tensor, None, targets, activations.numpy(), gradients.numpy(), eigen_smooth)
        return [np.maximum(cam, 0)[:, None]]

    def aggregate_multi_layers(self, cam_per_target_layer):
        return cam_per_target_layer[0][:, 0]


def grid(tokens: torch.Tensor) -> torch.Tensor:
    side = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:].reshape(len(tokens), side, side, -1).permute(0, 3, 1, 2)


def grad_cam(subject: Subject) -> np.ndarray:
    reshape = grid if subject.is_transformer else None
    with Raw(subject.net, [subject.module(subject.default)], reshape_transform=reshape) as cam:
        return cam(subject.x.clone().requires_grad_(), [lambda scores: scores[subject.classes[0]]])[0]


METHODS: dict[str, tuple[Callable[[Subject], np.ndarray], str]] = {
    "gradCam": (grad_cam, f"pytorch-grad-cam {version('grad-cam')} GradCAM"),
    "saliency": (saliency, f"captum {captum.__version__} Saliency"),
}


def correlation(own: np.ndarray, other: np.ndarray) -> float | None:
    """None where the other map is blank: it ranks nothing, and its order is left out."""
    value = float(spearmanr(own.ravel(), other.ravel()).statistic)
    return None if np.isnan(value) else value


def golden(subject: Subject) -> dict:
    said = json.loads((make.FOLDER / f"{subject.name}.json").read_text(encoding="utf-8"))
    rules = learned(subject.name, said["parameters"])
    original = {name: value.clone() for name, value in subject.net.state_dict().items()}
    own = {method: make_map(subject) for method, (make_map, _) in METHODS.items()}
    found: dict[str, list[float | None]] = {method: [] for method in METHODS}
    for order in range(ORDERS):
        shuffle(subject, rules, original, order)
        for method, (make_map, _) in METHODS.items():
            found[method].append(correlation(own[method], make_map(subject)))
    scipy_ = f"scipy {scipy.__version__} spearmanr"
    return {
        "class": subject.classes[0],
        "methods": {
            method: {"reference": f"{reference}, {scipy_}", "orders": found[method]}
            for method, (_, reference) in METHODS.items()
        },
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for one in subjects(sys.argv[1:] or NAMES):
        text = json.dumps(golden(one), indent=1) + "\n"
        (FOLDER / f"{one.name}.json").write_text(text, encoding="utf-8")
        print("sanity", one.name, text)
