"""Goldens of the perturbation family. Usage: python perturbation.py [NAME...]

RISE is not installable: `rise` is the authors' formula and their way to make masks (scikit-image's resize), https://github.com/eclique/RISE explanations.py, with cells and shifts from the hash that
Sightline has, so that both see the same masks.
"""

import math

import captum
import numpy as np
import skimage
import torch
from captum.attr import Occlusion
from riseMasks import masks
from rows import row
from subjects import Subject, write

CAPTUM = f"captum {captum.__version__}"
SLOW = {
    "densenet121": ((61, 33), 12),
    "mobilenet_v2": ((29, 17), 12),
    "resnet50": ((61, 33), 12),
    "vgg16": ((120, 60), 6),
}
"""Networks with few runs: window and stride, masks."""


def sizes(side: int, window: int, stride: int) -> tuple[int, int]:
    """What window and stride of 0 stand for: a seventh of the side, and half a window, rounded half up."""
    window = window or math.floor(side / 7 + 0.5)
    return window, stride or math.floor(window / 2 + 0.5)


def occlusion(subject: Subject, asked: tuple[int, int], fill: str = "zero") -> dict:
    x = subject.x
    window, stride = sizes(x.shape[-1], *asked)
    baseline = x.mean((2, 3), keepdim=True).expand_as(x).contiguous() if fill == "mean" else 0
    method = Occlusion(subject.net)
    maps = []
    with torch.no_grad():
        for index in subject.classes[:2]:
            options = {"target": index, "strides": (x.shape[1], stride, stride), "perturbations_per_eval": 8}
            answer = method.attribute(x, (x.shape[1], window, window), baselines=baseline, **options)
            maps.append(answer[0, 0].numpy())
    parameters = {"window": asked[0], "stride": asked[1], "fill": fill}
    return row("occlusion", maps, subject.classes[:2], f"{CAPTUM} Occlusion", parameters=parameters)


def rise(subject: Subject, score: str = "logit", **asked) -> dict:
    parameters = {"masks": 4000, "cells": 7, "keep": 0.5, "seed": 0, **asked}
    x = subject.x
    made = masks(x.shape[-1], parameters["masks"], parameters["cells"], parameters["keep"], parameters["seed"])
    hidden = torch.from_numpy(made)[:, None]
    with torch.no_grad():
        logits = torch.cat([subject.net(x * some) for some in hidden.split(10)])
    scores = (torch.softmax(logits, 1) if score == "probability" else logits).numpy()
    sums = np.tensordot(scores[:, subject.classes].T, made, 1) / len(made) / parameters["keep"]
    reference = f"formula and masks of RISE's explanations.py, scikit-image {skimage.__version__}"
    return row("rise", list(sums), subject.classes, reference, parameters=parameters, score=score)


def seeded(subject: Subject) -> list[dict]:
    assert subject.x.shape[-1] == subject.x.shape[-2]
    _, count = SLOW.get(subject.name, (None, 40))
    return [rise(subject, masks=count), rise(subject, "probability", masks=count, cells=4, keep=0.3, seed=5)]


def rows(subject: Subject) -> list[dict]:
    asked, _ = SLOW.get(subject.name, (None, 40))
    if asked:
        return [occlusion(subject, asked), *seeded(subject)]
    windows = [occlusion(subject, asked) for asked in ((0, 0), (13, 8), (16, 16))]
    return [*windows, occlusion(subject, (21, 12), "mean"), *seeded(subject)]


if __name__ == "__main__":
    write("perturbation", rows)
