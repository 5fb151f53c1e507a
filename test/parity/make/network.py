"""torchvision architectures filled from the hash, layer by layer to activations of unit variance.

torchvision's own random weights make maps of 1e-11 and blank ones, against which anything passes.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

import hashWeights


@dataclass
class Rule:
    """How one tensor of the state dict is made."""

    name: str
    shape: tuple[int, ...]
    seed: int
    scale: float
    shift: float


def fill(net: nn.Module, x: torch.Tensor) -> list[Rule]:
    """Fills every floating tensor of `net` (float64, eval mode) during one forward pass of `x`, and says how."""
    names = [name for name, value in net.state_dict().items() if value.is_floating_point()]
    seeds = {name: 1 + i for i, name in enumerate(names)}
    rules: dict[str, Rule] = {}

    def make(name: str, value: torch.Tensor, scale: float, shift: float = 0.0) -> None:
        rule = Rule(name, tuple(value.shape), seeds[name], float(f"{scale:.4g}"), shift)
        rules[name] = rule
        with torch.no_grad():
            value.copy_(torch.from_numpy(hashWeights.tensor(rule.seed, rule.shape, rule.scale, rule.shift)))

    def calibrate(path: str, layer: nn.Conv2d | nn.Linear, x: torch.Tensor) -> None:
        make(f"{path}.weight", layer.weight, 1.0)
        y = layer(x) if layer.bias is None else layer(x) - layer(torch.zeros_like(x))
        make(f"{path}.weight", layer.weight, 1 / spread(y))

    def before(path: str):
        def hook(layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            if isinstance(layer, nn.BatchNorm2d):
                make(f"{path}.weight", layer.weight, 0.5, 1.0)
                make(f"{path}.bias", layer.bias, 0.5)
                make(f"{path}.running_mean", layer.running_mean, 0.5)
                make(f"{path}.running_var", layer.running_var, 0.5, 1.0)
                return
            handles.pop(layer).remove()  # calibrate calls the layer itself
            if layer.bias is not None:
                make(f"{path}.bias", layer.bias, 0.5)
            calibrate(path, layer, inputs[0])

        return hook

    layers = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
    handles = {
        layer: layer.register_forward_pre_hook(before(path))
        for path, layer in net.named_modules()
        if isinstance(layer, layers)
    }
    with torch.no_grad():
        net(x)
    for handle in handles.values():
        handle.remove()
    return [rules[name] for name in names]


def spread(y: torch.Tensor) -> float:
    """Standard deviation over the positions of a map, or over all values where there are no positions."""
    axes = (-2, -1) if y.dim() == 4 and y.shape[-2:].numel() > 1 else None
    return float(y.var(axes, correction=0).mean().sqrt())
