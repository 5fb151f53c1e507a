"""The networks that the goldens of attribution methods are made on, as ../golden/NAME.json describes them.

A family's script (activation.py, gradient.py …) writes ../golden/methods/FAMILY/NAME.json: a list of rows, see rows.py.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.append(str(Path(__file__).parent.parent / "full"))
import make  # noqa: E402
import small  # noqa: E402
from fill import fill as fill_small  # noqa: E402
from network import fill  # noqa: E402
from rows import GOLDEN, save  # noqa: E402

MODULES = {
    "resnet50": ("layer4.2", "layer3.5"),
    "resnet18-dynamo": ("layer4.1.relu_again", "layer2.1.relu_again"),
    "vgg16": ("features.29", None),
    "squeezenet1_1": ("classifier.2", None),
    "mobilenet_v2": ("features.18", "features.13"),
    "densenet121": ("last", "features.transition3.relu"),
    "vit-ts17": ("encoder.layers.encoder_layer_2.ln_1", "encoder.layers.encoder_layer_1.ln_2"),
}
"""The modules whose outputs are the layers of ../golden/NAME.json: the default one, and an earlier one."""


@dataclass
class Subject:
    name: str
    net: nn.Module
    """float64, eval mode, no in-place modules, every activation a module; gradients by the image only."""
    x: torch.Tensor
    classes: list[int]
    """The predicted class first."""
    layers: dict[str, str]
    """Tensor name in the exported graph → module name; the default layer first."""

    def module(self, layer: str) -> nn.Module:
        return self.net.get_submodule(self.layers[layer])

    @property
    def default(self) -> str:
        return next(iter(self.layers))

    @property
    def is_transformer(self) -> bool:
        return self.name.startswith("vit")


def subjects(only: list[str] | None = None) -> Iterator[Subject]:
    for name, modules in MODULES.items():
        if only and name not in only:
            continue
        said = json.loads((make.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        net, x = transformer(name, said) if name.startswith("vit") else convolutional(name)
        named = [layer["name"] for layer in sorted(said["gradCam"], key=lambda layer: not layer["default"])]
        layers = {layer: module for layer, module in zip(named, modules) if module}
        yield Subject(name, net.requires_grad_(False), x, said["classes"], layers)


def convolutional(name: str) -> tuple[nn.Module, torch.Tensor]:
    fixture = next(fixture for fixture in make.FIXTURES if fixture.name == name)
    net = make.build(fixture)
    x = torch.from_numpy(make.hashWeights.tensor(fixture.seed, (1, 3, fixture.size, fixture.size), make.INPUT_SCALE, 0)).double()
    fill(net, x)
    return sound(with_modules(net.float().double())), x


def with_modules(net: nn.Module) -> nn.Module:
    """Every ReLU of a traced network as a module of its own, the last functional one called `last`: libraries hook modules."""
    if not isinstance(net, torch.fx.GraphModule):
        return net
    calls = [node for node in net.graph.nodes if node.op == "call_function" and node.target in (F.relu, torch.relu)]
    for i, node in enumerate(calls):
        name = "last" if node is calls[-1] else f"relu_{i}"
        net.add_submodule(name, nn.ReLU())
        with net.graph.inserting_after(node):
            node.replace_all_uses_with(net.graph.call_module(name, (node.args[0],)))
        net.graph.erase_node(node)
    used: set[str] = set()
    for node in net.graph.nodes:
        if node.op == "call_module" and node.target in used:
            node.target = f"{node.target}_again"
            net.add_submodule(node.target, nn.ReLU())
        if node.op == "call_module":
            used.add(node.target)
    net.recompile()
    return net


class SoundBatchNorm(nn.BatchNorm2d):
    """As multiplication and addition: PyTorch 2.15 differentiates batch_norm wrongly where the gradient that comes in is not contiguous."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale = self.weight / (self.running_var + self.eps).sqrt()
        return x * scale[:, None, None] + (self.bias - self.running_mean * scale)[:, None, None]


def sound(net: nn.Module) -> nn.Module:
    for module in net.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SoundBatchNorm
    return net


def transformer(name: str, said: dict) -> tuple[nn.Module, torch.Tensor]:
    fixture = next(fixture for fixture in small.fixtures() if fixture.name == name)
    net = small.build(fixture)
    torch.backends.mha.set_fastpath_enabled(False)
    fill_small(net, small.image(fixture.size, 0), fitted=False)
    return net.float().double(), small.image(fixture.size, said["input"]["seed"]).double()


def write(family: str, make_rows: Callable[[Subject], list[dict]]) -> None:
    """Usage of every family's script: python FAMILY.py [NAME...]"""
    folder = GOLDEN / family
    folder.mkdir(parents=True, exist_ok=True)
    for subject in subjects(sys.argv[1:]):
        rows = make_rows(subject)
        if rows:
            save(family, subject.name, rows)
