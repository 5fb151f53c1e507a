"""Goldens of the tests that maps are put to. Usage: python judge.py [NAME...]

Writes ../golden/judge/NAME.json, which ../judge.test.ts holds Sightline to. The map is a pattern that both sides compute, without two equal values. RISE cannot be installed:
its `evaluation.py` is followed step by step. torch-cam divides by the score, pytorch-grad-cam does not; both are here.
"""

import json
import sys

import numpy as np
import torch
from importlib.metadata import version
from pytorch_grad_cam.metrics.cam_mult_image import DropInConfidence, IncreaseInConfidence
from pytorch_grad_cam.metrics.perturbation_confidence import (
    PerturbationConfidenceMetric,
    RemoveLeastRelevantFirst,
    RemoveMostRelevantFirst,
)
from pytorch_grad_cam.metrics.road import NoisyLinearImputer
from pytorch_grad_cam.utils.model_targets import ClassifierOutputSoftmaxTarget
from scipy.ndimage import gaussian_filter
from subjects import Subject, make, subjects

FOLDER = make.FOLDER / "judge"
PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90]
NAMES = ["squeezenet1_1", "resnet18-dynamo", "mobilenet_v2", "vit-ts17"]


def pattern(height: int, width: int) -> np.ndarray:
    noise = np.asarray(make.hashWeights.tensor(77, (height, width), 1, 0), dtype=np.float64)
    y, x = np.mgrid[:height, :width]
    return (np.sin(0.05 * x + 1) * np.cos(0.07 * y) + 0.1 * noise).astype(np.float32).astype(np.float64)


def blur(x: torch.Tensor) -> torch.Tensor:
    """RISE's `gkern(11, 5)`, with zeros beyond the border."""
    point = np.zeros((11, 11))
    point[5, 5] = 1
    kernel = torch.from_numpy(gaussian_filter(point, 5))[None, None].expand(3, 1, 11, 11)
    return torch.nn.functional.conv2d(x, kernel, padding=5, groups=3)


def game(probability, start: torch.Tensor, finish: torch.Tensor, map_: np.ndarray, steps: int) -> list[float]:
    """RISE's `CausalMetric.single_run`, with a stable sort."""
    pixels = map_.size
    each = -(-pixels // steps)
    order = np.flip(np.argsort(map_.ravel(), kind="stable"))
    now = start.clone().reshape(1, 3, -1)
    end = finish.reshape(1, 3, -1)
    scores = [probability(now.reshape(start.shape))]
    for at in range(0, pixels, each):
        some = torch.from_numpy(order[at : at + each].copy())
        now[:, :, some] = end[:, :, some]
        scores.append(probability(now.reshape(start.shape)))
    return scores


def auc(scores: list[float]) -> float:
    array = np.asarray(scores)
    return float((array.sum() - array[0] / 2 - array[-1] / 2) / (len(array) - 1))


def road(subject: Subject, x: torch.Tensor, map_: np.ndarray, targets) -> tuple[float, list[float]]:
    # The library fills in float32 and into nothing else.
    imputer = NoisyLinearImputer(noise=0)
    x = x.float()

    def net(image: torch.Tensor) -> torch.Tensor:
        return subject.net(image.double())

    scores = {}
    for remove in (RemoveMostRelevantFirst, RemoveLeastRelevantFirst):
        each = [PerturbationConfidenceMetric(remove(p, imputer))(x, map_[None], targets, net) for p in PERCENTILES]
        scores[remove] = (float(np.mean(np.float32(each))), [float(one[0]) for one in each])
    (most, mosts), (least, leasts) = scores[RemoveMostRelevantFirst], scores[RemoveLeastRelevantFirst]
    return (least - most) / 2, [(a - b) / 2 for a, b in zip(leasts, mosts)]


@torch.no_grad()
def golden(subject: Subject) -> dict:
    x = subject.x
    index = subject.classes[0]
    map_ = pattern(*x.shape[-2:])

    def probability(image: torch.Tensor) -> float:
        return float(subject.net(image).softmax(-1)[0, index])

    targets = [ClassifierOutputSoftmaxTarget(index)]
    scaled = (map_ - map_.min()) / (map_.max() - map_.min())
    deletion = game(probability, x, torch.zeros_like(x), map_, 28)
    insertion = game(probability, blur(x), x, map_, 28)
    combined, curve = road(subject, x, map_, targets)
    score, masked = probability(x), probability(x * torch.from_numpy(scaled))
    grad_cam = f"grad-cam {version('grad-cam')}"
    rise = "RISE evaluation.py, followed step by step"
    return {
        "class": index,
        "score": score,
        "judgements": {
            "deletion": {"reference": rise, "value": auc(deletion), "curve": deletion},
            "insertion": {"reference": rise, "value": auc(insertion), "curve": insertion},
            "averageDrop": {"reference": "torch-cam's formula", "value": max(0.0, score - masked) / score},
            "averageIncrease": {
                "reference": f"{grad_cam} IncreaseInConfidence",
                "value": float(IncreaseInConfidence()(x, scaled[None], targets, subject.net)[0]),
            },
            "road": {"reference": f"{grad_cam} ROADCombined with noise=0", "value": combined, "curve": curve[::-1]},
        },
        "drop": {
            "reference": f"{grad_cam} DropInConfidence, not divided by the score",
            "value": float(DropInConfidence()(x, scaled[None], targets, subject.net)[0]),
        },
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for one in subjects(sys.argv[1:] or NAMES):
        text = json.dumps(golden(one), indent=1) + "\n"
        (FOLDER / f"{one.name}.json").write_text(text, encoding="utf-8")
        print("judge", one.name, len(text))
