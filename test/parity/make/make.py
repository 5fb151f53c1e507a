"""Makes the fixtures of ../gradCam.test.ts: NAME.onnx.gz, a graph without weights, and NAME.json, how to make the weights and what
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
import torch
import torchvision
from torch import nn
from torch.fx.experimental.optimization import fuse
from torchvision.models.feature_extraction import create_feature_extractor

import hashWeights
from export import export, name_of, strip
from network import Rule, fill

FOLDER = Path(__file__).parent.parent / "golden"
INPUT_SCALE = 1.7
"""The input has unit variance."""
CLASSES = 3
BLANK = 1e-3
"""Maps that stay below this prove nothing."""
NOISE, STEADY = 1e-6, 3e-5
LIMIT = 100_000
"""Bytes of one file."""


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


def grad_cams(logits: torch.Tensor, activation: torch.Tensor, classes: list[int]) -> np.ndarray:
    """Selvaraju et al. 2017, equations 1 and 2 without the ReLU: [K,h,w]."""

    def one(index: int) -> torch.Tensor:
        (gradient,) = torch.autograd.grad(logits[0, index], activation, retain_graph=True)
        return (gradient.mean((2, 3), keepdim=True) * activation).sum(1)[0]

    return torch.stack([one(index) for index in classes]).detach().numpy()


def cams(net: nn.Module, head: str, activation: torch.Tensor, classes: list[int]) -> np.ndarray:
    """Zhou et al. 2016, equation 2: [K,h,w]."""
    if head == "map":
        return activation[0, classes].detach().numpy()
    weights = net.get_submodule(head).weight[classes]
    return torch.einsum("kc,chw->khw", weights, activation[0]).detach().numpy()


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


def library_maps(net: nn.Module, module: str, x: torch.Tensor, classes: list[int], size: tuple[int, ...]) -> np.ndarray:
    """pytorch-grad-cam's own answer, left at the layer's resolution: [K,h,w] from 0 to 1."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    with GradCAM(net, [net.get_submodule(module)]) as method:
        method.get_target_width_height = lambda _: size[::-1]
        return np.concatenate([method(x, [ClassifierOutputTarget(index)]) for index in classes])


def golden(fixture: Fixture, net: nn.Module, x: torch.Tensor, model) -> dict:
    nodes = [name for name in (fixture.layer, fixture.earlier) if name]
    output = "logits"
    traced = create_feature_extractor(net, {**{name: name for name in nodes}, last_node(net): output}).double()
    values = traced(x)
    logits = values[output]
    classes = choose_classes(logits, [values[name] for name in nodes])
    layers = [
        {"name": name_of(model, x, values[name]), "default": name == fixture.layer, **maps(grad_cams(logits, values[name], classes))}
        for name in nodes
    ]
    for layer in layers:
        # The gradient at the map of the classes themselves is one positive constant.
        signed = not (layer["default"] and fixture.head == "map")
        check(f"{fixture.name} gradCam at {layer['name']}", layer["maps"], signed)
    for name in nodes:
        check_steady(fixture.name, traced, x, name, output, classes)
    result = {"classes": classes, "logits": numbers(logits[0, classes]), "gradCam": layers}
    if fixture.head:
        result["cam"] = maps(cams(net, fixture.head, values[fixture.layer], classes))
        check(f"{fixture.name} cam", result["cam"]["maps"], signed=fixture.head != "map")
    if fixture.library:
        size = values[fixture.layer].shape[2:]
        result["pytorchGradCam"] = maps(library_maps(net, fixture.library, x, classes, size))
    return result


def last_node(net: nn.Module) -> str:
    from torchvision.models.feature_extraction import get_graph_node_names

    return get_graph_node_names(net)[1][-1]


def maps(stack: np.ndarray) -> dict:
    return {"dims": list(stack.shape[1:]), "maps": [numbers(one) for one in stack]}


def numbers(values) -> list[float]:
    return [float(f"{value:.9g}") for value in np.asarray(values.detach() if torch.is_tensor(values) else values).flatten()]


def check(what: str, rows: list[list[float]], signed: bool = True) -> None:
    """A golden that is blank, flat or of one sign where it could have two proves nothing."""
    table = np.array(rows)
    largest = np.abs(table).max(1)
    assert (largest > BLANK).all(), f"{what}: blank, {largest}"
    assert ((table.max(1) - table.min(1)) > 0.1 * largest).all(), f"{what}: flat, {table}"
    if signed:
        both = (table.max(1) > 0.05 * largest) & (table.min(1) < -0.05 * largest)
        assert both.sum() >= CLASSES - 1, f"{what}: one sign, {table.min(1)} {table.max(1)}"
    print(what, " ".join(f"{low:.3g}…{high:.3g}" for low, high in zip(table.min(1), table.max(1))))


def check_steady(fixture: str, traced: nn.Module, x: torch.Tensor, name: str, output: str, classes: list[int]) -> None:
    """No kink (a unit at 0, two equal maxima) so near that rounding to float32 decides it: noise of that size changes nothing."""

    def answer(noise: float) -> np.ndarray:
        values = traced(x + noise * torch.randn_like(x))
        return grad_cams(values[output], values[name], classes)

    exact = answer(0)
    largest = np.abs(exact).max((1, 2), keepdims=True)
    worst = max(float((np.abs(answer(NOISE) - exact) / largest).max()) for _ in range(10))
    assert worst < STEADY, f"{fixture} at {name}: noise changes the map by {worst:.1g}; choose another seed"


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
        goldens = golden(fixture, net.double(), x, model)
        moved = strip(model, rules, net.float(), f"{fixture.name}.weights")
    graph = gzip.compress(model.SerializeToString(), mtime=0)
    text = written(
        {
            "network": {key: value for key, value in asdict(fixture).items() if key != "name"},
            "input": {"name": "input", "dims": shape, "seed": fixture.seed, "scale": INPUT_SCALE, "shift": 0},
            **goldens,
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
