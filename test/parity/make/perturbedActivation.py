"""Goldens of Score-CAM and Ablation-CAM. Usage: python perturbedActivation.py [NAME...]"""

from importlib.metadata import version

import numpy as np
import torch
from pytorch_grad_cam import AblationCAM, ScoreCAM
from pytorch_grad_cam.ablation_layer import AblationLayer, AblationLayerVit
from pytorch_grad_cam.base_cam import BaseCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from rows import row
from subjects import Subject, write
from torch import nn

PEER = f"pytorch-grad-cam {version('grad-cam')}"
SCORE_CAM = {
    "resnet18-dynamo": "layer2.1.relu_again",
    "squeezenet1_1": "classifier.2",
    "mobilenet_v2": "features.13",
    "vit-ts17": "encoder.layers.encoder_layer_2.ln_1",
}
"""The networks and layers where Score-CAM, a forward pass for each channel, takes seconds."""


class Cropped(nn.Module):
    """A network that sees less of its input as soon as its layer is ablated: what lies before that layer is computed for nothing then."""

    def __init__(self, net: nn.Module, layer: nn.Module, size: int | None) -> None:
        super().__init__()
        self.net, self.layer, self.size = net, [layer], size

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        is_ablated = self.size and not any(module is self.layer[0] for module in self.modules())
        return self.net(x[:, :, : self.size, : self.size] if is_ablated else x)


def ablating(base: type[AblationLayer], value: float | None) -> AblationLayer:
    """The library's layer, with a value of its own; None = the library's."""
    if value is None:
        return base()

    class Ablating(base):
        def __call__(self, x: torch.Tensor) -> torch.Tensor:
            output = self.activations
            for image, channel in enumerate(self.indices[: len(output)]):
                if base is AblationLayerVit:
                    output[image, :, channel] = value
                else:
                    output[image, channel] = value
            return output

    return Ablating()


def tokens_to_map(tokens: torch.Tensor) -> torch.Tensor:
    patches = tokens[:, 1:]
    side = int(patches.shape[1] ** 0.5)
    return patches.reshape(len(patches), side, side, -1).permute(0, 3, 1, 2)


def raw_map(cam: BaseCAM, x: torch.Tensor, index: int) -> np.ndarray:
    """The weighted sum before the ReLU and the scaling to 0…1."""
    kept = []
    make = cam.get_cam_image

    def keep(*args) -> np.ndarray:
        kept.append(make(*args))
        return kept[-1]

    cam.get_cam_image = keep
    cam(x, [ClassifierOutputTarget(index)])
    cam.activations_and_grads.release()
    return kept[0][0]


def score_cam(subject: Subject, layer: str) -> dict:
    reshape = tokens_to_map if subject.is_transformer else None
    classes = subject.classes[:2]
    maps = [raw_map(ScoreCAM(subject.net, [subject.module(layer)], reshape), subject.x, index) for index in classes]
    return row("scoreCam", maps, classes, f"{PEER} ScoreCAM", layer)


def ablation_cam(subject: Subject, layer: str, value: float | None) -> dict:
    base, reshape = (AblationLayerVit, tokens_to_map) if subject.is_transformer else (AblationLayer, None)
    module = subject.module(layer)

    def one(index: int) -> np.ndarray:
        net = Cropped(subject.net, module, None if subject.is_transformer else 32)
        return raw_map(AblationCAM(net, [module], reshape, ablating(base, value)), subject.x, index)

    told = f"{PEER} AblationCAM" + ("" if value is None else f", ablated to {value}")
    asked = {"parameters": {"value": value}} if value else {}
    return row("ablationCam", [one(index) for index in subject.classes], subject.classes, told, layer, **asked)


def has_zeros(subject: Subject, layer: str) -> bool:
    """Whether the library ablates to 0: where the smallest activation is 0."""
    seen = []
    handle = subject.module(layer).register_forward_hook(lambda _module, _input, output: seen.append(output.min().item()))
    subject.net(subject.x)
    handle.remove()
    return seen[0] == 0


def is_called(subject: Subject, layer: str) -> bool:
    """Whether a module makes the layer: of a traced network, some are made by a function, such as a concatenation."""
    net = subject.net
    return not isinstance(net, torch.fx.GraphModule) or any(node.target == subject.layers[layer] for node in net.graph.nodes)


def rows(subject: Subject) -> list[dict]:
    # What lies behind the earlier layers of these, for each of 1024 channels, takes half a minute.
    wanted = list(subject.layers)[:1] if subject.name in ("resnet50", "densenet121") else subject.layers
    layers = [layer for layer in wanted if is_called(subject, layer)]
    made = [score_cam(subject, layer) for layer in layers if SCORE_CAM.get(subject.name) == subject.layers[layer]]
    for layer in layers:
        made.append(ablation_cam(subject, layer, None if has_zeros(subject, layer) else 0))
    return [*made, ablation_cam(subject, subject.default, -1)]


if __name__ == "__main__":
    write("perturbedActivation", rows)
