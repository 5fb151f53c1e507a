"""Goldens of the gradient family in input space: of one backward pass, of rectifiers, of many passes. Usage: python gradient.py [NAME...]"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from importlib.metadata import version

import captum
import noise
import numpy as np
import torch
from captum.attr import (
    Deconvolution,
    GuidedBackprop,
    GuidedGradCam,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    NoiseTunnel,
    Saliency,
)
from pytorch_grad_cam import GuidedBackpropReLUModel
from rows import row
from scipy.ndimage import gaussian_filter
from subjects import Subject, write
from torch import nn
from torch.nn import functional as F

CAPTUM = f"captum {captum.__version__}"
PEER = f"pytorch-grad-cam {version('grad-cam')}"
SMALL = {"squeezenet1_1", "mobilenet_v2", "resnet18-dynamo"}
"""The networks on which a pass takes less than a second."""


class ReLU6(nn.ReLU):
    """A ReLU6 that libraries which look for ReLU find."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu6(x)


def found(net: nn.Module) -> nn.Module:
    for module in net.modules():
        if type(module) is nn.ReLU6:
            module.__class__ = ReLU6
    return net


def maps(attribute: Callable[..., torch.Tensor], subject: Subject, classes: list[int], **asked) -> list[np.ndarray]:
    return [attribute(subject.x.clone().requires_grad_(), target=index, **asked)[0].detach().numpy() for index in classes]


def backward(subject: Subject) -> list[dict]:
    plain, product = Saliency(subject.net), InputXGradient(subject.net)
    return [
        row("saliency", maps(plain.attribute, subject, subject.classes, abs=False), subject.classes, f"{CAPTUM} Saliency(abs=False)"),
        row("gradientTimesInput", maps(product.attribute, subject, subject.classes), subject.classes, f"{CAPTUM} InputXGradient"),
    ]


def rectified(subject: Subject) -> list[dict]:
    classes, net = subject.classes[: 2 if subject.name in SMALL else 1], found(subject.net)
    made = [
        row("deconvnet", maps(Deconvolution(net).attribute, subject, classes), classes, f"{CAPTUM} Deconvolution"),
        row("guidedBackprop", maps(GuidedBackprop(net).attribute, subject, classes), classes, f"{CAPTUM} GuidedBackprop"),
    ]
    for layer in called(subject):
        product = GuidedGradCam(net, subject.module(layer))
        bilinear = maps(product.attribute, subject, classes, interpolate_mode="bilinear")
        made.append(row("guidedGradCam", bilinear, classes, f"{CAPTUM} GuidedGradCam(interpolate_mode='bilinear')", layer))
    nearest = maps(product.attribute, subject, classes[:1])
    made.append(row("guidedGradCam", nearest, classes[:1], f"{CAPTUM} GuidedGradCam", layer, parameters={"kernel": "nearest"}))
    made.append(corners(subject, layer, classes[:1]))
    if not any(isinstance(module, ReLU6) for module in net.modules()):
        peer = GuidedBackpropReLUModel(net, "cpu")
        images = [peer(subject.x, target_category=index).transpose(2, 0, 1) for index in classes[:1]]
        made.append(row("guidedBackprop", images, classes[:1], f"{PEER} GuidedBackpropReLUModel"))
    return made


def called(subject: Subject) -> list[str]:
    """The layers whose modules a traced network calls."""
    seen: list[str] = []
    hooks = [subject.module(layer).register_forward_hook(lambda *_, layer=layer: seen.append(layer)) for layer in subject.layers]
    subject.net(subject.x)
    for hook in hooks:
        hook.remove()
    return seen


def corners(subject: Subject, layer: str, classes: list[int]) -> dict:
    guided = maps(GuidedBackprop(subject.net).attribute, subject, classes)
    cam = LayerGradCam(subject.net, subject.module(layer))
    small = [cam.attribute(subject.x, target=index, relu_attributions=True) for index in classes]
    large = [F.interpolate(one, subject.x.shape[2:], mode="bilinear", align_corners=True)[0].detach().numpy() for one in small]
    told = f"{CAPTUM} GuidedBackprop times LayerGradCam, scaled up by torch {torch.__version__} with align_corners=True"
    return row("guidedGradCam", [a * b for a, b in zip(guided, large)], classes, told, layer, parameters={"kernel": "alignCorners"})


SAMPLED = {"squeezenet1_1", "resnet18-dynamo", "vit-ts17"}
"""Where enough points are steady, see below: on MobileNet-V2 no number of steps from 3 on is."""
STEPS = (32, 10, 8, 6, 5, 4, 3)


def many(subject: Subject) -> list[dict]:
    classes = subject.classes[:2]
    if subject.name not in SAMPLED:
        return []
    made = [integrated(subject, classes, STEPS)]
    if subject.name == "squeezenet1_1":
        made += [integrated(subject, classes[:1], STEPS[3:], baseline=kind) for kind in ("mean", "blur")]
    return [*made, *seeded(subject)]


def seeded(subject: Subject) -> list[dict]:
    """Those of `many` that depend on random numbers."""
    classes = subject.classes[:2]
    made = [smooth(subject, classes, "mean", samples=6)]
    if subject.name == "squeezenet1_1":
        made.append(integrated(subject, classes[:1], STEPS[3:], baseline="uniform", seed=3))
        made += [smooth(subject, classes[:1], mode, samples=5, noise=0.1) for mode in ("squared", "variance")]
    return made


def integrated(subject: Subject, classes: list[int], tried: Iterable[int], **parameters) -> dict:
    """With the first number of steps that leaves the map steady."""
    start = baseline(subject.x, parameters.get("baseline", "zero"), parameters.get("seed", 0))
    method = IntegratedGradients(subject.net).attribute
    for steps in tried:
        asked = {"baselines": start, "n_steps": steps, "method": "riemann_middle", "internal_batch_size": 4}
        made = steady(lambda: maps(method, subject, classes, **asked), subject.net)
        if made:
            break
    else:
        raise ValueError(f"{subject.name}: float32 decides whatever the number of steps")
    given = {**({"steps": steps} if steps != 32 else {}), **parameters}
    told = f"{CAPTUM} IntegratedGradients(method='riemann_middle')"
    return row("integratedGradients", made, classes, told, **({"parameters": given} if given else {}))


def steady(make: Callable[[], list[np.ndarray]], net: nn.Module) -> list[np.ndarray] | None:
    """Maps that do not depend on rounding; none where they do.

    Why some do was looked into point by point. Of integrated gradients of ResNet-18 with 32 steps, 30 points agree with float64 to 8e-7 of their maximum. At
    the other two one unit each lies within rounding of 0 (layer1.0.relu[225], 4e-8 of its layer's root mean square: PyTorch's own float32 differs there by the
    same 14 %; layer2.1.relu[6473], 2e-7), and with that one gate turned in float64 they agree to 7e-7. Of SmoothGrad of SqueezeNet with 6 samples it is one
    window of features.8, whose two greatest are 8e-7 apart: with the other one taken, 1.4e-2 becomes 6e-7.
    """
    made = make()
    for way in SHAKEN:
        with shaken(net, way):
            if any(np.abs(a - b).max() > 2e-4 * np.abs(a).max() for a, b in zip(made, make())):
                return None
    return made


ROUNDING = 5e-7
"""How far float32 moves a number, as a share of its layer's root mean square: flips were seen at 2e-7, and a window at 8e-7."""
SHAKEN: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "up": torch.ones_like,
    "down": lambda x: -torch.ones_like(x),
    "apart": lambda x: torch.from_numpy(np.sign(noise.normal(0, 0, x[0].numel()))).to(x).reshape(x.shape[1:]).expand_as(x),
}
"""Which way: the first two open, and shut, every unit that lies near 0, the last turns windows."""


@contextmanager
def shaken(net: nn.Module, way: str):
    def moved(_module: nn.Module, given: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        x = given[0].detach()
        return (given[0] + ROUNDING * x.pow(2).mean().sqrt() * SHAKEN[way](x),)

    kinked = [module for module in net.modules() if isinstance(module, (nn.ReLU, nn.ReLU6, nn.MaxPool2d))]
    hooks = [module.register_forward_pre_hook(moved) for module in kinked]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def baseline(x: torch.Tensor, kind: str, seed: int) -> torch.Tensor:
    if kind == "zero":
        return torch.zeros_like(x)
    if kind == "mean":
        return x.mean((2, 3), keepdim=True).expand_as(x)
    if kind == "blur":
        blurred = [gaussian_filter(channel, 20, mode="reflect", truncate=3) for channel in x[0].numpy()]
        return torch.from_numpy(np.stack(blurred))[None]
    channels = []
    for part, channel in enumerate(x[0].numpy()):
        share = noise.uniform(seed, part, channel.size).reshape(channel.shape)
        channels.append(channel.min() + (channel.max() - channel.min()) * share)
    return torch.from_numpy(np.stack(channels))[None]


TYPES = {"mean": "smoothgrad", "squared": "smoothgrad_sq", "variance": "vargrad"}


def smooth(subject: Subject, classes: list[int], mode: str, **parameters) -> dict:
    x, samples = subject.x, parameters["samples"]
    deviation = parameters.get("noise", 0.15) * (x.max() - x.min()).item()
    asked = {"nt_type": TYPES[mode], "nt_samples": samples, "nt_samples_batch_size": samples, "stdevs": deviation, "abs": False}
    method = NoiseTunnel(Saliency(subject.net)).attribute
    for seed in range(20):
        with our_noise(x, samples, seed):
            made = steady(lambda: maps(method, subject, classes, **asked), subject.net)
        if made:
            break
    else:
        raise ValueError(f"{subject.name}: float32 decides whatever the noise")
    given = {**({"mode": mode} if mode != "mean" else {}), **parameters, **({"seed": seed} if seed else {})}
    return row("smoothGrad", made, classes, f"{CAPTUM} NoiseTunnel({TYPES[mode]}) with our noise", parameters=given)


@contextmanager
def our_noise(x: torch.Tensor, samples: int, seed: int):
    """The library draws from torch.normal."""
    draws = np.stack([noise.normal(seed, part, x.numel()) for part in range(samples)])
    drawn = torch.from_numpy(draws).double().reshape(samples, *x.shape[1:])
    original = torch.normal
    torch.normal = lambda _mean, deviation: drawn.to(deviation.dtype) * deviation
    try:
        yield
    finally:
        torch.normal = original


def on(rows: Callable[[Subject], list[dict]], *, transformer: bool) -> Callable[[Subject], list[dict]]:
    # On the way from its input to its first layers ResNet-50 has a unit so near 0 that float32 decides.
    return lambda subject: [] if subject.name == "resnet50" or (subject.is_transformer and not transformer) else rows(subject)


if __name__ == "__main__":
    torch.set_num_threads(2)
    write("gradient", on(backward, transformer=True))
    write("rectifiedGradient", on(rectified, transformer=False))
    write("sampledGradient", many)
