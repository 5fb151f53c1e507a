"""Any architecture filled from the hash, layer by layer to activations of unit variance.

The libraries' own initial weights make blank maps: last normalisations at 0, layer scales at 1e-6, attention that is the same everywhere.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

import hashWeights
from network import Rule

UNIFORM = 3**0.5
"""The bound of a uniform distribution of unit variance."""


def from_hash(rule: Rule) -> torch.Tensor:
    return torch.from_numpy(hashWeights.tensor(rule.seed, rule.shape, rule.scale, rule.shift))


def from_torch(rule: Rule) -> torch.Tensor:
    """Numbers alike, from a generator that is faster."""
    generator = torch.Generator().manual_seed(rule.seed)
    return (torch.rand(rule.shape, generator=generator) * 2 - 1) * rule.scale + rule.shift


class Filler:
    """Writes tensors of the state dict and remembers how."""

    def __init__(self, net: nn.Module, numbers: Callable[[Rule], torch.Tensor]) -> None:
        self.numbers = numbers
        names = [name for name, value in net.state_dict(keep_vars=True).items() if value.is_floating_point()]
        self.seeds = {name: 1 + i for i, name in enumerate(names)}
        self.rules: dict[str, Rule] = {}

    def write(self, name: str, value: torch.Tensor, scale: float, shift: float = 0.0) -> None:
        rule = Rule(name, tuple(value.shape), self.seeds[name], float(f"{scale:.4g}"), float(f"{shift:.9g}"))
        self.rules[name] = rule
        value.copy_(self.numbers(rule))

    def rescale(self, name: str, value: torch.Tensor, factor: float) -> None:
        rule = replace(self.rules[name])
        self.write(name, value, rule.scale * factor, rule.shift * factor)


def fill(net: nn.Module, x: torch.Tensor, numbers: Callable[[Rule], torch.Tensor] = from_hash, fitted: bool = True) -> list[Rule]:
    """Fills `net` (eval mode) during one forward pass of `x`, and says how. `fitted`: BatchNormalization gets statistics of its own;
    otherwise it only adds, so that folding it into the convolution before leaves that one's weights as they are."""
    filler = Filler(net, numbers)
    with torch.no_grad():
        written = set()
        for path, module in net.named_modules():
            for name, value in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
                full = f"{path}.{name}" if path else name
                if id(value) not in written and full in filler.seeds:
                    written.add(id(value))
                    write_one(filler, module, full, value, fitted)
        handles = [handle for path, module in net.named_modules() for handle in calibrations(filler, path, module, fitted)]
        net(x)
    for handle in handles:
        handle.remove()
    return list(filler.rules.values())


def is_linear(module: nn.Module) -> bool:
    return isinstance(module, (nn.Linear, nn.modules.conv._ConvNd))


def is_batch_norm(module: nn.Module) -> bool:
    return getattr(module, "running_var", None) is not None


def is_norm(module: nn.Module) -> bool:
    return "Norm" in type(module).__name__ or is_batch_norm(module)


def write_one(filler: Filler, module: nn.Module, name: str, value: torch.Tensor, fitted: bool) -> None:
    kind = name.rpartition(".")[2]
    if is_linear(module) and kind == "weight":
        filler.write(name, value, UNIFORM * value[0].numel() ** -0.5)
    elif is_batch_norm(module) and not fitted and kind != "bias":
        filler.write(name, value, 0, {"weight": 1, "running_mean": 0, "running_var": 1 - module.eps}[kind])
    elif is_norm(module) and kind == "weight":
        filler.write(name, value, 0.5, 1)
    elif kind == "bias":
        filler.write(name, value, 0.5)
    elif isinstance(value, nn.Parameter):
        write_other(filler, name, value)


def write_other(filler: Filler, name: str, value: torch.Tensor) -> None:
    """Layer scales, tokens, position tables, temperatures: by the size that they have to begin with."""
    size, spread = float(value.abs().max()), 0.0 if bool((value == value.flatten()[0]).all()) else float(value.std())
    if size == 0:
        filler.write(name, value, 0.5)
    elif spread == 0:
        # A layer scale of 1e-6 would hide its block; a temperature keeps its size.
        size = size if size > 0.1 else 0.75
        filler.write(name, value, 0.25 * size, float(value.flatten()[0].sign()) * size)
    elif spread < 0.1 and value.dim() > 1:
        filler.write(name, value, 0.5 if value.shape[0] == 1 else min(0.5, UNIFORM * value[0].numel() ** -0.5))
    else:
        filler.write(name, value, UNIFORM * spread, float(value.mean()))


def calibrations(filler: Filler, path: str, module: nn.Module, fitted: bool) -> list:
    """Hooks that fit a layer to what comes in during the first pass."""
    if is_linear(module) and "Std" not in type(module).__name__:
        return [module.register_forward_hook(once(lambda layer, _, y: rescale(filler, path, layer, y)))]
    if is_batch_norm(module) and fitted:
        return [module.register_forward_pre_hook(once(lambda norm, inputs: standardize(filler, path, norm, inputs[0])))]
    return []


def once(work: Callable) -> Callable:
    called = []

    def hook(module: nn.Module, *rest):
        if called:
            return None
        called.append(module)
        return work(module, *rest)

    return hook


def rescale(filler: Filler, path: str, layer: nn.Module, y: torch.Tensor) -> torch.Tensor | None:
    if f"{path}.weight" not in filler.rules:
        return None
    channels_last = isinstance(layer, nn.Linear)
    bias = 0 if layer.bias is None else layer.bias if channels_last else layer.bias.view(-1, *[1] * (y.dim() - 2))
    scale = spread(y - bias, channels_last)
    filler.rescale(f"{path}.weight", layer.weight, 1 / scale)
    return (y - bias) / scale + bias


def spread(y: torch.Tensor, channels_last: bool) -> float:
    """Standard deviation over positions, for what is the same everywhere shows in no map; but not less than half of that over everything."""
    axes = tuple(range(y.dim() - 1)) if channels_last else tuple(range(2, y.dim()))
    positions = y.numel() // (y.shape[0] * y.shape[-1 if channels_last else 1])
    overall = float(y.std())
    scale = max(float(y.var(axes, correction=0).mean().sqrt()), overall / 2) if positions > 8 else overall
    return scale if scale > 1e-6 else 1.0


def standardize(filler: Filler, path: str, norm: nn.Module, x: torch.Tensor) -> None:
    mean, deviation = float(x.mean()), max(float(x.std()), 1e-3)
    filler.write(f"{path}.running_mean", norm.running_mean, deviation / 2, mean)
    filler.write(f"{path}.running_var", norm.running_var, deviation**2 / 2, deviation**2)
