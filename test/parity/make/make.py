"""Makes the fixtures of ../network.test.ts: NAME.onnx.gz, a graph without weights, and NAME.json, how to make the weights and what
PyTorch computes with them in float64. Usage: python make.py [NAME...]
"""

import gzip
import hashlib
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
import torchvision
from torch import nn
from torch.fx.experimental.optimization import fuse
from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

import hashWeights
from export import export, name_of, strip
from golden import cams, check_steady, check_telling, choose_classes, grad_cams, library_maps
from network import Rule, fill
from rows import LIMIT

FOLDER = Path(__file__).parent.parent / "golden"
INPUT_SCALE = 1.7
"""The input has unit variance."""


@dataclass
class Fixture:
    name: str
    architecture: str
    size: int
    layer: str
    """The default layer, by the name that torchvision's feature extraction gives it."""
    head: str | None
    """The linear layer behind the pooling, `map` where the map's channels are the classes, None where CAM does not apply."""
    earlier: str | None = None
    dynamo: bool = True
    dynamic: bool = False
    """Whether the batch has a name instead of a size."""
    folded: bool = True
    """Whether BatchNormalization is folded into the convolutions, as both exporters do unless told otherwise."""
    hidden: int | None = None
    """Width of the hidden linear layers (4096 in the original), where there are any."""
    library: str | None = None
    """The module that pytorch-grad-cam is asked about."""
    seed: int = 0
    """Seed of the input; another one where `check_steady` finds a kink too near."""


FIXTURES = [
    Fixture("resnet18-dynamo", "resnet18", 96, "layer4.1.relu_1", "fc", "layer2.1.relu_1", dynamic=True),
    Fixture("resnet18-torchscript", "resnet18", 96, "layer4.1.relu_1", "fc", dynamo=False),
    Fixture("resnet50", "resnet50", 128, "layer4.2.relu_2", "fc", "layer3.5.relu_2", dynamo=False, dynamic=True, folded=False, library="layer4.2", seed=1),
    Fixture("vgg16", "vgg16", 224, "features.29", None, dynamic=True, hidden=64),
    Fixture("alexnet", "alexnet", 224, "features.11", None, "features.4", dynamo=False, hidden=64),
    Fixture("mobilenet_v2", "mobilenet_v2", 96, "features.18", "classifier.1", "features.13.add", dynamo=False, folded=False),
    Fixture("mobilenet_v3_small", "mobilenet_v3_small", 96, "features.12.2", None, "add_2"),
    Fixture("squeezenet1_1", "squeezenet1_1", 96, "classifier.2", "map", "cat_4", dynamic=True),
    Fixture("googlenet", "googlenet", 128, "cat_8", "fc", "cat_5"),
    Fixture("densenet121", "densenet121", 96, "relu", "classifier", "features.transition3.relu"),
]


def build(fixture: Fixture) -> nn.Module:
    options = {"aux_logits": False, "init_weights": False} if fixture.architecture == "googlenet" else {}
    net = getattr(torchvision.models, fixture.architecture)(weights=None, **options).eval()
    if fixture.hidden:
        net.classifier = nn.Sequential(*(narrowed(layer, fixture.hidden) for layer in net.classifier))
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    return (fuse(net) if fixture.folded else net).double()


def narrowed(layer: nn.Module, width: int) -> nn.Module:
    if not isinstance(layer, nn.Linear):
        return layer
    return nn.Linear(*(width if size == 4096 else size for size in (layer.in_features, layer.out_features)))


def goldens(fixture: Fixture, net: nn.Module, x: torch.Tensor, model: onnx.ModelProto) -> dict:
    nodes = [name for name in (fixture.layer, fixture.earlier) if name]
    last = get_graph_node_names(net)[1][-1]
    traced = create_feature_extractor(net, {**{name: name for name in nodes}, last: "logits"})
    values = traced(x)
    activations = [values[name] for name in nodes]
    classes = choose_classes(values["logits"], activations)
    result = {"classes": classes, "logits": numbers(values["logits"][0, classes].detach()), "gradCam": []}
    for node, activation in zip(nodes, activations):
        default, tensor = node == fixture.layer, name_of(model, x, activation)
        stack = grad_cams(values["logits"], activation, classes)
        what = f"{fixture.name} gradCam at {tensor}"
        # The gradient at the map of the classes themselves is one positive constant.
        check_telling(what, stack, signed=not (default and fixture.head == "map"))
        check_steady(what, traced, x, node, classes)
        result["gradCam"].append({"name": tensor, "default": default, **maps(stack)})
    if fixture.head:
        stack = cams(net, fixture.head, activations[0], classes)
        check_telling(f"{fixture.name} cam", stack, signed=fixture.head != "map")
        result["cam"] = maps(stack)
    if fixture.library:
        size = activations[0].shape[2:]
        result["pytorchGradCam"] = maps(library_maps(net, fixture.library, x, classes, size))
    return result


def maps(stack: np.ndarray) -> dict:
    return {"dims": list(stack.shape[1:]), "maps": [numbers(one) for one in stack]}


def numbers(values: np.ndarray | torch.Tensor) -> list[float]:
    return [float(f"{value:.9g}") for value in np.asarray(values).flatten()]


def weights_hash(rules: list[Rule]) -> str:
    content = hashlib.sha256()
    for rule in rules:
        content.update(hashWeights.tensor(rule.seed, rule.shape, rule.scale, rule.shift).tobytes())
    return content.hexdigest()


def make(fixture: Fixture) -> None:
    net = build(fixture)
    shape = (1, 3, fixture.size, fixture.size)
    x = torch.from_numpy(hashWeights.tensor(fixture.seed, shape, INPUT_SCALE, 0)).double()
    rules = fill(net, x)
    with tempfile.TemporaryDirectory() as folder:
        net.float()
        model = export(net, x.float(), Path(folder) / "model.onnx", dynamo=fixture.dynamo, dynamic=fixture.dynamic)
        computed = goldens(fixture, net.double(), x, model)
        moved = strip(model, rules, net.float(), f"{fixture.name}.weights")
    graph = gzip.compress(model.SerializeToString(), mtime=0)
    text = written(
        {
            "network": {key: value for key, value in asdict(fixture).items() if key != "name"},
            "input": {"name": "input", "dims": shape, "seed": fixture.seed, "scale": INPUT_SCALE, "shift": 0},
            **computed,
            "sha256": weights_hash(moved),
            "parameters": [{"name": r.name, "dims": r.shape, "seed": r.seed, "scale": r.scale, "shift": r.shift} for r in moved],
        }
    )
    assert len(graph) < LIMIT and len(text) < LIMIT, f"{fixture.name}: {len(graph)} and {len(text)} bytes"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{fixture.name}.onnx.gz").write_bytes(graph)
    (FOLDER / f"{fixture.name}.json").write_text(text, encoding="utf-8")
    print(fixture.name, len(graph), len(text))


def written(content: dict) -> str:
    """JSON with one line per entry, and per element of a list of objects."""

    def value(entry) -> str:
        if isinstance(entry, list) and entry and isinstance(entry[0], dict):
            return "[\n  " + ",\n  ".join(json.dumps(row) for row in entry) + "\n ]"
        return json.dumps(entry)

    return "{\n " + ",\n ".join(f"{json.dumps(key)}: {value(entry)}" for key, entry in content.items()) + "\n}\n"


if __name__ == "__main__":
    torch.manual_seed(0)
    for fixture in FIXTURES:
        if len(sys.argv) == 1 or fixture.name in sys.argv[1:]:
            make(fixture)
