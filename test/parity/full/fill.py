"""Seeded random weights under which every layer's activations have unit variance, whatever the architecture.

The libraries' own initial weights make blank maps: last normalisations at 0, layer scales at 1e-6, attention that is the same everywhere.
"""

import torch
from torch import nn


def fill(net: nn.Module, x: torch.Tensor, seed: int) -> None:
    """Fills `net` (float32, eval mode) during one forward pass of `x`."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        done = set()
        for module in net.modules():
            for name, value in module.named_parameters(recurse=False):
                if id(value) in done:
                    continue
                done.add(id(value))
                fill_one(module, name, value, generator)
        handles = [handle for module in net.modules() for handle in calibrations(module, generator)]
        net(x)
    for handle in handles:
        handle.remove()


def uniform(value: torch.Tensor, low: float, high: float, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(value.shape, generator=generator) * (high - low) + low


def is_linear(module: nn.Module) -> bool:
    return isinstance(module, (nn.Linear, nn.modules.conv._ConvNd))


def is_norm(module: nn.Module) -> bool:
    return "Norm" in type(module).__name__ or hasattr(module, "running_var")


def fill_one(module: nn.Module, name: str, value: torch.Tensor, generator: torch.Generator) -> None:
    if is_linear(module) and name == "weight":
        value.normal_(0, (value[0].numel()) ** -0.5, generator=generator)
    elif is_norm(module) and name == "weight":
        value.copy_(uniform(value, 0.5, 1.5, generator))
    elif name == "bias":
        value.copy_(uniform(value, -0.5, 0.5, generator))
    else:
        fill_other(value, generator)


def fill_other(value: torch.Tensor, generator: torch.Generator) -> None:
    """Layer scales, tokens, position tables, temperatures: by the size that they have to begin with."""
    size = float(value.abs().max())
    is_constant = float(value.min()) == float(value.max())
    if size == 0:
        value.normal_(0, 0.3, generator=generator)
    elif is_constant:
        # A layer scale of 1e-6 would hide its block; a temperature keeps its size.
        value.copy_(uniform(value, 0.75, 1.25, generator) * value if size > 0.1 else uniform(value, 0.5, 1, generator))
    elif float(value.std()) < 0.1 and value.dim() > 1:
        value.normal_(0, 0.3 if value.shape[0] == 1 else min(0.3, value[0].numel() ** -0.5), generator=generator)


def calibrations(module: nn.Module, generator: torch.Generator) -> list:
    """Hooks that fit a layer to what comes in during the first pass."""
    if is_linear(module) and "Std" not in type(module).__name__:
        return [module.register_forward_hook(once(rescale))]
    if getattr(module, "running_var", None) is not None:
        return [module.register_forward_pre_hook(once(lambda norm, inputs: standardize(norm, inputs[0], generator)))]
    return []


def once(work):
    called = set()

    def hook(module: nn.Module, *rest):
        if id(module) in called:
            return None
        called.add(id(module))
        return work(module, *rest)

    return hook


def rescale(layer: nn.Module, _inputs: tuple, y: torch.Tensor) -> torch.Tensor:
    channels_last = isinstance(layer, nn.Linear)
    bias = 0 if layer.bias is None else layer.bias if channels_last else layer.bias.view(-1, *[1] * (y.dim() - 2))
    scale = spread(y - bias, channels_last)
    layer.weight.div_(scale)
    return (y - bias) / scale + bias


def spread(y: torch.Tensor, channels_last: bool) -> float:
    """Standard deviation over positions, for what is the same everywhere shows in no map; but not less than half of that over everything."""
    axes = tuple(range(y.dim() - 1)) if channels_last else tuple(range(2, y.dim()))
    positions = y.numel() // (y.shape[0] * y.shape[-1 if channels_last else 1])
    overall = float(y.std())
    scale = max(float(y.var(axes, correction=0).mean().sqrt()), overall / 2) if positions > 8 else overall
    return scale if scale > 1e-6 else 1.0


def standardize(norm: nn.Module, x: torch.Tensor, generator: torch.Generator) -> None:
    mean, deviation = float(x.mean()), max(float(x.std()), 1e-3)
    norm.running_mean.copy_(mean + deviation * uniform(norm.running_mean, -0.5, 0.5, generator))
    norm.running_var.copy_(deviation**2 * uniform(norm.running_var, 0.5, 1.5, generator))
