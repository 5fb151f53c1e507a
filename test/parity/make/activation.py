"""Goldens of the class activation family. Usage: python activation.py [NAME...]"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version

import cv2
import numpy as np
import pytorch_grad_cam as pgc
import torch
from noise import normal
from pytorch_grad_cam import base_cam
from pytorch_grad_cam.utils.model_targets import ClassifierOutputSoftmaxTarget, ClassifierOutputTarget, FinerWeightedTarget
from rows import row
from subjects import SoundBatchNorm, Subject, write
from torch import nn

PGC = f"pytorch-grad-cam {version('grad-cam')}"
METHODS: dict[str, type[base_cam.BaseCAM]] = {
    "gradCam": pgc.GradCAM,
    "gradCamPlusPlus": pgc.GradCAMPlusPlus,
    "xGradCam": pgc.XGradCAM,
    "layerCam": pgc.LayerCAM,
    "hiResCam": pgc.HiResCAM,
    "elementWiseCam": pgc.GradCAMElementWise,
    "fem": pgc.FEM,
}
Target = Callable[[torch.Tensor], torch.Tensor]


def grid(tokens: torch.Tensor) -> torch.Tensor:
    """[N,1+h·h,C] → [N,C,h,h]"""
    patches = tokens[:, 1:].transpose(1, 2)
    side = round(patches.shape[2] ** 0.5)
    return patches.reshape(*patches.shape[:2], side, side)


@contextmanager
def library(subject: Subject, kind: type[base_cam.BaseCAM], layers: list[str]) -> Iterator[base_cam.BaseCAM]:
    modules = [subject.module(layer) for layer in layers]
    cam = kind(subject.net, modules, reshape_transform=grid if subject.is_transformer else None)
    yield cam
    cam.activations_and_grads.release()


def hooked(subject: Subject) -> list[str]:
    """The layers that a module makes when the network runs: tracing writes SqueezeNet's blocks out."""
    called = set()
    handles = [module.register_forward_hook(lambda module, *_: called.add(module)) for module in subject.net.modules()]
    subject.net(subject.x)
    for handle in handles:
        handle.remove()
    return [layer for layer in subject.layers if subject.module(layer) in called]


def recorded(subject: Subject, layer: str, target: Target, x: torch.Tensor | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The layer's activations and their gradients as the library records them, [1,C,h,w]."""
    with library(subject, pgc.GradCAM, [layer]) as cam:
        record = cam.activations_and_grads
        target(record((subject.x if x is None else x).clone().requires_grad_())[0]).backward()
        return record.activations[0].numpy(), record.gradients[0].numpy()


def raw(subject: Subject, kind: type[base_cam.BaseCAM], layer: str, target: Target, seen: tuple[np.ndarray, np.ndarray] | None = None) -> np.ndarray:
    """What the library has of one layer before its ReLU and its scaling."""
    activations, gradients = seen or recorded(subject, layer, target)
    with library(subject, kind, [layer]) as cam:
        return cam.get_cam_image(subject.x, subject.module(layer), [target], activations, gradients, False)[0]


def simple(subject: Subject, layer: str) -> list[dict]:
    targets = [ClassifierOutputTarget(index) for index in subject.classes]
    seen = [recorded(subject, layer, target) for target in targets]

    def maps(kind: type[base_cam.BaseCAM]) -> list[np.ndarray]:
        return [raw(subject, kind, layer, target, one) for target, one in zip(targets, seen)]

    def signed(found: np.ndarray, projected: np.ndarray) -> np.ndarray:
        """The library leaves the sign to chance: here what is projected, not centred, sums to more than 0."""
        flat = projected.reshape(projected.shape[1], -1)
        direction = (flat - flat.mean(1, keepdims=True)) @ found.ravel().astype(np.float64)
        return found * np.sign(direction @ flat.mean(1))

    eigen = [signed(found, activations) for found, (activations, _) in zip(maps(pgc.EigenCAM), seen)]
    eigen_grad = [signed(found, gradients * activations) for found, (activations, gradients) in zip(maps(pgc.EigenGradCAM), seen)]
    sign = "its sign as docs/methods.md has it"
    return [
        *(row(method, maps(kind), subject.classes, f"{PGC} {kind.__name__}", layer) for method, kind in METHODS.items()),
        row("eigenCam", eigen, subject.classes, f"{PGC} EigenCAM, {sign}", layer),
        row("eigenGradCam", eigen_grad, subject.classes, f"{PGC} EigenGradCAM, {sign}", layer),
    ]


def scores(subject: Subject) -> list[dict]:
    logits = subject.net(subject.x)[0].detach()
    other = subject.classes[1]

    def nearest(index: int) -> list[int]:
        return [int(i) for i in (logits - logits[index]).abs().argsort() if i != index][:3]

    def gradcam(target: Callable[[int], Target], reference: str, classes: list[int] = subject.classes, **asked) -> dict:
        maps = [raw(subject, pgc.GradCAM, subject.default, target(index)) for index in classes]
        return row("gradCam", maps, classes, f"{PGC} GradCAM, {reference}", subject.default, **asked)

    rest = [index for index in subject.classes if index != other]
    return [
        gradcam(ClassifierOutputSoftmaxTarget, "ClassifierOutputSoftmaxTarget", score="probability"),
        gradcam(lambda index: lambda output: -output[index], "the negative logit", negated=True),
        gradcam(lambda index: lambda output: output[index] - output[other], "a difference of logits", rest, versus={"class": other}),
        gradcam(lambda index: FinerWeightedTarget(index, nearest(index), 1), "FinerWeightedTarget", versus={"nearest": 3, "alpha": 1}),
    ]


def by_largest(cam: np.ndarray, target_size: tuple[int, int] | None = None) -> np.ndarray:
    """The library's scaling without taking the least value off."""
    maps = [np.float32(one / one.max()) if one.max() > 0 else np.float32(one) for one in cam]
    return np.float32([one if target_size is None else cv2.resize(one, target_size) for one in maps])


def joined(subject: Subject) -> list[dict]:
    layers = hooked(subject)
    of = subject.classes

    def maps(kind: type[base_cam.BaseCAM], own: list[str], augmented: bool, at_layer: bool, mean: bool) -> list[np.ndarray]:
        side = raw(subject, kind, own[0], ClassifierOutputTarget(of[0])).shape
        with library(subject, kind, own) as cam:
            if at_layer:
                cam.get_target_width_height = lambda _: side[::-1]
            if mean:
                cam.aggregate_multi_layers = lambda maps: np.mean(np.concatenate(maps, axis=1), axis=1)
            return [cam(subject.x.clone().requires_grad_(), [ClassifierOutputTarget(index)], aug_smooth=augmented)[0] for index in of]

    scaling = "without its subtraction of the least value"
    plain, base_cam.scale_cam_image = base_cam.scale_cam_image, by_largest
    try:
        rows = [row("layerCam", maps(pgc.LayerCAM, layers[:1], True, True, False), of, f"{PGC} LayerCAM, aug_smooth, {scaling}", layers[0], augmented=True)]
        if len(layers) > 1:
            fused = {"layer": layers[0], "fusedLayers": layers[1:]}
            rows.append(row("gradCam", maps(pgc.GradCAM, layers, False, False, True), of, f"{PGC} GradCAM, mean over layers, {scaling}", **fused))
            both = maps(pgc.HiResCAM, layers, True, False, False)
            rows.append(row("hiResCam", both[:1], of[:1], f"{PGC} HiResCAM, two layers, aug_smooth, {scaling}", **fused, augmented=True))
    finally:
        base_cam.scale_cam_image = plain
    return rows


def smooth(subject: Subject, samples: int, noise: float = 0.1, seed: int = 5) -> dict:
    x = subject.x
    sigma = noise * float(x.max() - x.min())
    noisy = [x + torch.from_numpy(sigma * normal(seed, part, x.numel()).astype(np.float64)).reshape(x.shape) for part in range(samples)]

    def one(index: int) -> np.ndarray:
        target = ClassifierOutputTarget(index)
        [activation], _ = recorded(subject, subject.default, target)
        gradients = [recorded(subject, subject.default, target, image)[1][0] for image in noisy]
        first, second, third = (sum(gradient**power for gradient in gradients) / samples for power in (1, 2, 3))
        alpha = second / (2 * second + activation.sum((1, 2), keepdims=True) * third + 1e-6)
        weights = (alpha * np.maximum(first, 0)).sum((1, 2), keepdims=True)
        return (weights * activation).sum(0)

    asked = {"samples": samples, "noise": noise, "seed": seed}
    reference = "Omeiza et al. 2019, equations 7 and 8, re-derived: torch-cam 0.5.0 sums A times g³"
    return row("smoothGradCamPlusPlus", [one(index) for index in subject.classes], subject.classes, reference, subject.default, parameters=asked)


def full_grad(subject: Subject) -> dict:
    """The library takes modules of type BatchNorm2d and Conv2d."""
    norms = [module for module in subject.net.modules() if isinstance(module, SoundBatchNorm)]
    for module in norms:
        module.__class__ = nn.BatchNorm2d
    cam = pgc.FullGrad(subject.net, [])
    for module in norms:
        module.__class__ = SoundBatchNorm
    cam.aggregate_multi_layers = lambda maps: np.sum(maps, axis=1)
    maps = [cam(subject.x.clone(), [ClassifierOutputTarget(index)])[0] for index in subject.classes]
    cam.activations_and_grads.release()
    return row("fullGrad", maps, subject.classes, f"{PGC} FullGrad, not scaled at the end")


def limited(subject: Subject) -> Subject:
    """VGG-16's maps are the largest, and a file has a limit."""
    return replace(subject, classes=subject.classes[:2]) if subject.name == "vgg16" else subject


def seeded(subject: Subject) -> list[dict]:
    return [smooth(limited(subject), 3)]


def rows(subject: Subject) -> list[dict]:
    subject = limited(subject)
    made = [one for layer in hooked(subject) for one in simple(subject, layer)]
    made += [*scores(subject), *joined(subject), *seeded(subject)]
    # On the way from its input to its first layers ResNet-50 has a unit so near 0 that float32 decides; the library knows no linear layers over tokens.
    if subject.name != "resnet50" and not subject.is_transformer:
        made.append(full_grad(subject))
    return made


if __name__ == "__main__":
    write("activation", rows)
