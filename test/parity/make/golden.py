"""What PyTorch computes in float64, and the checks that it proves something."""

import numpy as np
import torch
from torch import nn

CLASSES = 3
BLANK = 1e-3
"""Maps that stay below this prove nothing."""
NOISE, STEADY = 1e-6, 3e-5
"""Noise in the input of a size that float32 rounds away, and how far it may move a map, relative to its largest value."""


def grad_cams(logits: torch.Tensor, activation: torch.Tensor, classes: list[int]) -> np.ndarray:
    """Selvaraju et al. 2017, equations 1 and 2 without the ReLU: [K,h,w]."""

    def one(index: int) -> torch.Tensor:
        (gradient,) = torch.autograd.grad(logits[0, index], activation, retain_graph=True)
        return (gradient.mean((2, 3), keepdim=True) * activation).sum(1)[0]

    return torch.stack([one(index) for index in classes]).detach().numpy()


def cams(net: nn.Module, head: str, activation: torch.Tensor, classes: list[int]) -> np.ndarray:
    """Zhou et al. 2016, equation 2: [K,h,w]. `head` is a linear layer, or `map` where the map's channels are the classes."""
    if head == "map":
        return activation[0, classes].detach().numpy()
    weights = net.get_submodule(head).weight[classes]
    return torch.einsum("kc,chw->khw", weights, activation[0]).detach().numpy()


def library_maps(net: nn.Module, module: str, x: torch.Tensor, classes: list[int], size: tuple[int, ...]) -> np.ndarray:
    """pytorch-grad-cam's own answer, left at the layer's resolution: [K,h,w] from 0 to 1."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    with GradCAM(net, [net.get_submodule(module)]) as method:
        method.get_target_width_height = lambda _: size[::-1]
        return np.concatenate([method(x, [ClassifierOutputTarget(index)]) for index in classes])


def choose_classes(logits: torch.Tensor, activations: list[torch.Tensor]) -> list[int]:
    """The predicted class, and those of the first 40 whose maps have the most contrast: 2 = from −a to a, 1 = from 0 to a."""
    first = list(range(40))
    merit = np.ones(len(first))
    for activation in activations:
        maps = grad_cams(logits, activation, first).reshape(len(first), -1)
        largest = np.abs(maps).max(1)
        merit *= np.where(largest > BLANK, np.ptp(maps, axis=1) / np.maximum(largest, BLANK), 0)
    top = int(logits.argmax())
    best = [index for index in np.argsort(-merit).tolist() if index != top]
    return [top, *sorted(best[: CLASSES - 1])]


def check_telling(what: str, maps: np.ndarray, signed: bool) -> None:
    """A golden that is blank, flat or of one sign where it could have two proves nothing."""
    table = maps.reshape(len(maps), -1)
    least, most, largest = table.min(1), table.max(1), np.abs(table).max(1)
    assert (largest > BLANK).all(), f"{what}: blank, {largest}"
    assert (most - least > 0.1 * largest).all(), f"{what}: flat, {least} {most}"
    both = (most > 0.05 * largest) & (least < -0.05 * largest)
    assert not signed or both.sum() >= CLASSES - 1, f"{what}: one sign, {least} {most}"
    print(what, " ".join(f"{low:.3g}…{high:.3g}" for low, high in zip(least, most)))


def check_steady(what: str, traced: nn.Module, x: torch.Tensor, name: str, classes: list[int]) -> None:
    """No kink (a unit at 0, two equal maxima) lies so near that rounding to float32 decides it."""

    def answer(noise: float) -> np.ndarray:
        values = traced(x + noise * torch.randn_like(x))
        return grad_cams(values["logits"], values[name], classes)

    exact = answer(0)
    largest = np.abs(exact).max((1, 2), keepdims=True)
    worst = max(float((np.abs(answer(NOISE) - exact) / largest).max()) for _ in range(10))
    assert worst < STEADY, f"{what}: noise changes the map by {worst:.1g}; choose another seed"
