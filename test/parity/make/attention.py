"""Goldens of attention rollout. No library on PyPI computes it: PyTorch, with the attention weights of the real modules. Usage: python attention.py [NAME...]"""

import torch
from rows import row
from subjects import Subject, write
from torch import nn
from torch.nn import functional as F
from torchvision.models.vision_transformer import EncoderBlock

PEER = f"PyTorch {torch.__version__.split('+')[0]}"


def attend(module: nn.MultiheadAttention, x: torch.Tensor, kept: list[torch.Tensor]) -> torch.Tensor:
    """nn.MultiheadAttention from x to itself; its weights, [N,heads,T,T], are kept, so that the output has a gradient by them."""
    count, tokens, width = x.shape
    projected = F.linear(x, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1)
    q, k, v = (part.reshape(count, tokens, module.num_heads, -1).transpose(1, 2) for part in projected)
    weights = (q @ k.transpose(2, 3) / (width // module.num_heads) ** 0.5).softmax(-1)
    kept.append(weights)
    return module.out_proj((weights @ v).transpose(1, 2).reshape(x.shape))


def attention(subject: Subject) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """The logits, and each layer's weights."""
    kept: list[torch.Tensor] = []
    expected = subject.net(subject.x)
    for block in subject.net.modules():
        if isinstance(block, EncoderBlock):
            block.self_attention.forward = lambda x, *_, module=block.self_attention, **__: (attend(module, x, kept), None)
    logits = subject.net(subject.x.clone().requires_grad_())
    assert torch.allclose(logits, expected, atol=1e-10), "not the attention of the real modules"
    return logits, kept


def fused(matrices: torch.Tensor, heads: str, discarded: float) -> torch.Tensor:
    """[heads,T,T] to [T,T]."""
    one = {"mean": matrices.mean(0), "max": matrices.amax(0), "min": matrices.amin(0)}[heads]
    smallest = one.flatten().argsort()[: int(one.numel() * discarded)]
    return one.flatten().index_fill(0, smallest, 0).reshape(one.shape)


def rollout(layers: list[torch.Tensor], heads: str = "mean", discarded: float = 0) -> torch.Tensor:
    """Abnar and Zuidema 2020, equation 1."""
    unit = torch.eye(layers[0].shape[-1], dtype=torch.float64)
    result = unit
    for matrices in layers:
        mixed = (fused(matrices, heads, discarded) + unit) / 2
        result = mixed / mixed.sum(-1, keepdim=True) @ result
    return result


def gradient_rollout(layers: list[torch.Tensor], gradients: list[torch.Tensor], heads: str = "mean", discarded: float = 0) -> torch.Tensor:
    """Chefer et al. 2021, equations 5 and 6."""
    result = torch.eye(layers[0].shape[-1], dtype=torch.float64)
    for matrices, gradient in zip(layers, gradients):
        result = result + fused((matrices * gradient).clamp(min=0), heads, discarded) @ result
    return result


def on_patches(result: torch.Tensor) -> torch.Tensor:
    """The class token's row on the grid of patches."""
    patches = result[0, 1:].detach()
    side = int(len(patches) ** 0.5)
    return patches.reshape(side, side).numpy()


def rows(subject: Subject) -> list[dict]:
    if not subject.is_transformer:
        return []
    logits, kept = attention(subject)
    layers = [weights[0] for weights in kept]
    slopes = {index: [g[0] for g in torch.autograd.grad(logits[0, index], kept, retain_graph=True)] for index in subject.classes}
    made = []
    for asked in ({}, {"heads": "max", "discarded": 0.5}, {"heads": "min"}):
        told = {"parameters": asked} if asked else {}
        maps = [on_patches(rollout(layers, **asked))] * len(subject.classes)
        made.append(row("attentionRollout", maps, subject.classes, f"{PEER}: Abnar and Zuidema's equation 1", **told))
        maps = [on_patches(gradient_rollout(layers, slopes[index], **asked)) for index in subject.classes]
        made.append(row("gradientAttentionRollout", maps, subject.classes, f"{PEER}: Chefer et al.'s equations 5 and 6", **told))
    return made


if __name__ == "__main__":
    write("attention", rows)
