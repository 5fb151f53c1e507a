"""Makes fixtures as make.py does, of architectures that are small by design or by narrow layers, from all of PyTorch's exporters and opsets.

Usage: python small.py [NAME...]
"""

import gzip
import hashlib
import itertools
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import timm
import torch
from onnx import TensorProto, numpy_helper
from torch import nn
from torchvision.models import MaxVit, ShuffleNetV2, VisionTransformer
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.ops import DeformConv2d

sys.path.append(str(Path(__file__).parent.parent / "full"))
import hashWeights  # noqa: E402
from export import name_of  # noqa: E402
from fill import fill  # noqa: E402
from golden import cams, check_telling  # noqa: E402
from make import FOLDER, INPUT_SCALE, LIMIT, maps, numbers, written  # noqa: E402
from network import Rule  # noqa: E402
from reference import Sound, grad_cams, grid_of, input_gradient  # noqa: E402

NOISE, STEADY = 1e-6, 2e-5
SEEDS = 60
KEPT = 600
"""Numbers of an input gradient that are kept: every so-many-th."""
INLINE = 4
"""Initializers up to this many numbers stay in the graph."""


@dataclass
class Small:
    name: str
    build: Callable[[], nn.Module]
    size: int
    default: str
    """The module whose output is the default layer."""
    earlier: str
    """Another one before it."""
    head: str | None
    """The linear layer behind the pooling; None where CAM does not apply."""
    opset: int | None
    """For the TorchScript exporter; None = the dynamo exporter at its default."""
    dynamic: bool = False
    dynamo: int | None = None
    """The dynamo exporter at this opset."""
    optimized: bool = False
    """Whether onnxruntime's optimizer rewrites the graph, without what it lays out for one kind of processor."""


def vit_tiny() -> nn.Module:
    return VisionTransformer(image_size=64, patch_size=16, num_layers=3, num_heads=2, hidden_dim=32, mlp_dim=64, num_classes=50)


def swin_tiny(**options) -> nn.Module:
    return SwinTransformer(patch_size=[4, 4], embed_dim=24, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4], num_classes=50, **options)


def maxvit_tiny() -> nn.Module:
    sizes = {"input_size": (64, 64), "stem_channels": 8, "partition_size": 4, "block_channels": [8, 16], "block_layers": [1, 1]}
    return MaxVit(**sizes, head_dim=8, stochastic_depth_prob=0.0, num_classes=50)


def convnext_tiny() -> nn.Module:
    return ConvNeXt([CNBlockConfig(20, 24, 1), CNBlockConfig(24, None, 2)], num_classes=50)


def shufflenet_tiny() -> nn.Module:
    return ShuffleNetV2([2, 2, 2], [8, 16, 24, 32, 48], num_classes=50)


def circular_tiny() -> nn.Module:
    convolutions = [nn.Conv2d(*sizes, 3, stride=2, padding=1, padding_mode="circular") for sizes in ((3, 8), (8, 24))]
    layers = [layer for convolution in convolutions for layer in (convolution, nn.ReLU())]
    return nn.Sequential(nn.Sequential(*layers), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 50))


class Deformable(nn.Module):
    """A deformable convolution whose offsets another convolution makes."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=4, padding=1), nn.ReLU())
        self.offset = nn.Conv2d(8, 18, 3, padding=1)
        self.deform = DeformConv2d(8, 24, 3, padding=1)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(24, 50)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        x = self.relu(self.deform(x, self.offset(x)))
        return self.fc(x.mean((2, 3)))


def from_timm(name: str, **options) -> Callable[[], nn.Module]:
    return partial(timm.create_model, name, num_classes=50, **options)


TS, DY = "torchscript", "dynamo"
SWIN2 = {"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2}
ROWS = [
    ("shufflenet_v2", shufflenet_tiny, 96, "conv5", "stage3", "fc"),
    ("swin", swin_tiny, 64, "norm", "features.1.1", "head"),
    ("swin_v2", partial(swin_tiny, **SWIN2), 64, "norm", "features.1.1", "head"),
    ("convnext", convnext_tiny, 64, "features", "features.1", None),
    ("vit", vit_tiny, 64, "encoder.layers.encoder_layer_2.ln_1", "encoder.layers.encoder_layer_1.ln_2", None),
    ("maxvit", maxvit_tiny, 64, "blocks.1", "blocks.0", None),
    ("test_vit", from_timm("test_vit", img_size=64), 64, "blocks.5.norm1", "blocks.2", None),
    ("test_vit2", from_timm("test_vit2", img_size=64), 64, "blocks", "blocks.3", None),
    ("test_vit3", from_timm("test_vit3", img_size=64), 64, "norm", "blocks.4", None),
    ("test_vit4", from_timm("test_vit4", img_size=64), 64, "norm", "blocks.4", None),
    ("test_vit_relpos", from_timm("test_vit_relpos", img_size=64), 64, "blocks.8", "blocks.4", None),
    ("test_resnet", from_timm("test_resnet"), 96, "layer4", "layer2", "fc"),
    ("test_efficientnet", from_timm("test_efficientnet"), 96, "bn2", "blocks.2", "classifier"),
    ("test_efficientnet_ln", from_timm("test_efficientnet_ln"), 96, "bn2", "blocks.2", "classifier"),
    ("test_efficientnet_gn", from_timm("test_efficientnet_gn"), 96, "bn2", "blocks.2", "classifier"),
    ("test_efficientnet_evos", from_timm("test_efficientnet_evos"), 96, "bn2", "blocks.2", "classifier"),
    ("test_convnext", from_timm("test_convnext"), 96, "stages", "stages.1", None),
    ("test_convnext2", from_timm("test_convnext2"), 96, "stages", "stages.1", None),
    ("test_convnext3", from_timm("test_convnext3"), 96, "stages", "stages.1", None),
    ("test_byobnet", from_timm("test_byobnet"), 96, "stages", "stages.1", "head.fc"),
    ("test_nfnet", from_timm("test_nfnet"), 96, "final_act", "stages.1", "head.fc"),
    ("test_mambaout", from_timm("test_mambaout"), 96, "stages", "stages.1", None),
    ("test_coatnet", from_timm("test_coatnet", img_size=64), 64, "norm", "stages.1", "head.fc"),
    ("test_maxvit", from_timm("test_maxvit", img_size=96), 96, "norm", "stages.1", "head.fc"),
    ("circular", circular_tiny, 48, "0.3", "0.1", "3"),
    ("deformable", Deformable, 64, "relu", "stem", "fc"),
]
"""Name, how it is built, image size, default layer, an earlier one, the linear layer that CAM reads."""

WAYS = [("ts11", 11, None), ("ts13", 13, None), ("ts17", 17, None), ("dynamo18", None, 18), ("dynamo", None, None), ("dynamo23", None, 23), ("ort", 17, None)]
OTHER_WAYS = {"vit": (2, 4, 6), "circular": (2, 3), "deformable": (5,), "swin_v2": (1, 2), "test_vit4": (4, 5), "test_nfnet": (0, 2), "test_vit_relpos": (1, 2), "test_maxvit": (2, 0)}
"""The TorchScript exporter knows scaled_dot_product_attention from opset 14 on, rms_norm never. The dynamo exporter fails at timm's relative positions, and folds what is
computed from weights alone (NFNet's standardization, Swin V2's table of positions) into constants that are no weights. Deformable convolutions need opset 19."""


def fixtures() -> list[Small]:
    """Each row through two ways, which take turns."""
    found = []
    for i, (row, (first, second)) in enumerate(zip(ROWS, itertools.cycle([(0, 4), (1, 3), (2, 5)]))):
        for way in OTHER_WAYS.get(row[0], (first, second)):
            suffix, opset, dynamo = WAYS[way]
            optimized = suffix == "ort"
            dynamic = not optimized and (i + way) % 2 == 0
            found.append(Small(f"{row[0]}-{suffix}", *row[1:], opset, dynamic, dynamo, optimized))
    return found


class Layers:
    """The network as a function from an image to its logits and the outputs of named modules."""

    def __init__(self, net: nn.Module, names: list[str]) -> None:
        self.net, self.names = net, names

    def __call__(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        values = {}

        def keep(name: str):
            return lambda _module, _inputs, y: values.update({name: y})

        handles = [self.net.get_submodule(name).register_forward_hook(keep(name)) for name in self.names]
        with Sound():
            values["logits"] = self.net(x.requires_grad_() if x.is_leaf else x)
        for handle in handles:
            handle.remove()
        return values


def build(fixture: Small) -> nn.Module:
    torch.manual_seed(0)
    timm.layers.set_fused_attn(fixture.opset is None)
    torch.backends.mha.set_fastpath_enabled(fixture.opset is None)
    net = fixture.build().eval()
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    return net


def export(net: nn.Module, x: torch.Tensor, path: Path, fixture: Small) -> onnx.ModelProto:
    options: dict = {"input_names": ["input"], "output_names": ["output"]}
    if fixture.opset is not None:
        options |= {"opset_version": fixture.opset}
        if fixture.dynamic:
            options["dynamic_axes"] = {"input": {0: "batch"}}
    else:
        options |= {"external_data": False} | ({"opset_version": fixture.dynamo} if fixture.dynamo else {})
        if fixture.dynamic:
            options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
    sample = x.repeat(2, 1, 1, 1) if fixture.dynamic else x
    torch.onnx.export(net, (sample,), path, dynamo=fixture.opset is None, verbose=False, **options)
    return onnx.load(optimized(path) if fixture.optimized else path)


def optimized(path: Path) -> Path:
    """The model as onnxruntime saves it: linear layers over tokens become Gemm of the tokens of all images in a row."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path.with_suffix(".optimized.onnx"))
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return path.with_suffix(".optimized.onnx")


def image(size: int, seed: int) -> torch.Tensor:
    return torch.from_numpy(hashWeights.tensor(seed, (1, 3, size, size), INPUT_SCALE, 0))


def steady_seed(net: nn.Module, fixture: Small) -> int:
    """The first seed of the input under which no kink lies so near that rounding decides it."""
    for seed in range(SEEDS):
        x = image(fixture.size, seed).double()
        index = int(net(x)[0].argmax())
        exact = input_gradient(net, x, index)[1]
        near = (input_gradient(net, x + NOISE * torch.randn_like(x), index)[1] for _ in range(6))
        if all(float((gradient - exact).abs().max() / exact.abs().max()) < STEADY for gradient in near):
            return seed
    raise AssertionError(f"{fixture.name}: no input is steady")


def strip(model: onnx.ModelProto, rules: list[Rule], data: str) -> list[dict]:
    """Moves every weight out into the file `data`; returns how it is made there, in order. Exporters transpose some."""
    by_size: dict[int, list[Rule]] = {}
    for rule in rules:
        by_size.setdefault(int(np.prod(rule.shape)), []).append(rule)
    moved, offset = [], 0
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        found = values.dtype == np.float32 and values.size > INLINE and find_rule(values, by_size.get(values.size, []))
        if not found:
            continue
        rule, perm = found
        weight.ClearField("raw_data")
        weight.ClearField("float_data")
        weight.data_location = TensorProto.EXTERNAL
        for key, value in {"location": data, "offset": offset, "length": values.nbytes}.items():
            weight.external_data.add(key=key, value=str(value))
        offset += values.nbytes
        moved.append({"name": rule.name, "dims": rule.shape, "seed": rule.seed, "scale": rule.scale, "shift": rule.shift} | ({"perm": perm} if perm else {}))
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    del graph.value_info[:]
    return moved


def find_rule(values: np.ndarray, candidates: list[Rule]) -> tuple[Rule, list[int]] | None:
    for rule in candidates:
        tensor = hashWeights.tensor(rule.seed, rule.shape, rule.scale, rule.shift)
        if abs(float(tensor.astype(np.float64).sum() - values.astype(np.float64).sum())) > 1e-3:
            continue
        for perm in itertools.permutations(range(tensor.ndim)):
            turned = tensor.transpose(perm).ravel()
            if np.abs(turned - values.ravel()).max() < 3e-7 * np.abs(turned).max():
                return rule, [] if list(perm) == sorted(perm) else list(perm)
    return None


def weights_hash(moved: list[dict]) -> str:
    content = hashlib.sha256()
    for rule in moved:
        tensor = hashWeights.tensor(rule["seed"], rule["dims"], rule["scale"], rule["shift"])
        content.update(np.ascontiguousarray(tensor.transpose(rule.get("perm", range(tensor.ndim)))).tobytes())
    return content.hexdigest()


def goldens(fixture: Small, net: nn.Module, x: torch.Tensor, model: onnx.ModelProto) -> dict:
    names = [fixture.default, fixture.earlier]
    values = Layers(net, names)(x)
    activations = [values[name] for name in names]
    grids = [grid_of(tuple(value.shape)) for value in activations]
    classes = choose_classes_of(values["logits"], activations)
    result = {"classes": classes, "logits": numbers(values["logits"][0, classes].detach()), "gradCam": []}
    for name, activation, grid, stack in zip(names, activations, grids, grad_cams(values["logits"], activations, classes)):
        tensor = before_moves(model, name_of(model, x.detach(), activation))
        check_telling(f"{fixture.name} gradCam at {tensor} {grid}", stack, signed=False)
        result["gradCam"].append({"name": tensor, "default": name == fixture.default, **maps(stack)})
    if fixture.head:
        result["cam"] = maps(cams(net, fixture.head, grids[0].read(activations[0])[None], classes))
    gradients = [input_gradient(net, x.detach(), index)[1].numpy().ravel() for index in classes]
    stride = gradients[0].size // KEPT | 1
    result["inputGradient"] = {"stride": stride, "values": [numbers(one[::stride]) for one in gradients]}
    return result


def before_moves(model: onnx.ModelProto, name: str) -> str:
    """The value that `name` holds in another order: the map is the same."""
    makers = {output: node for node in model.graph.node for output in node.output}
    while makers[name].op_type in ("Reshape", "Transpose"):
        name = makers[name].input[0]
    return name


def choose_classes_of(logits: torch.Tensor, activations: list[torch.Tensor]) -> list[int]:
    """As `choose_classes`, for values of every layout."""
    stacks = grad_cams(logits, activations, list(range(min(40, logits.shape[1]))))
    merit = np.prod([np.nan_to_num(np.ptp(stack, axis=(1, 2)) / np.abs(stack).max((1, 2))) for stack in stacks], axis=0)
    top = int(logits.argmax())
    best = [index for index in np.argsort(-merit).tolist() if index != top]
    return [top, *sorted(best[:2])]


def make(fixture: Small) -> None:
    net = build(fixture)
    rules = fill(net, image(fixture.size, 0), fitted=False)
    seed = steady_seed(net.double(), fixture)
    x = image(fixture.size, seed)
    with tempfile.TemporaryDirectory() as folder:
        model = export(net.float(), x, Path(folder) / "model.onnx", fixture)
    computed = goldens(fixture, net.double(), x.double(), model)
    moved = strip(model, rules, f"{fixture.name}.weights")
    graph = gzip.compress(model.SerializeToString(), mtime=0)
    text = written(
        {
            "network": {"exporter": TS if fixture.opset else DY, "opset": fixture.opset or fixture.dynamo, "dynamic": fixture.dynamic}
            | ({"optimizer": f"onnxruntime {onnxruntime.__version__}, extended"} if fixture.optimized else {}),
            "input": {"name": "input", "dims": tuple(x.shape), "seed": seed, "scale": INPUT_SCALE, "shift": 0},
            **computed,
            "sha256": weights_hash(moved),
            "parameters": moved,
        }
    )
    assert len(graph) < LIMIT and len(text) < LIMIT, f"{fixture.name}: {len(graph)} and {len(text)} bytes"
    (FOLDER / f"{fixture.name}.onnx.gz").write_bytes(graph)
    (FOLDER / f"{fixture.name}.json").write_text(text, encoding="utf-8")
    print(fixture.name, len(graph), len(text), "seed", seed)


if __name__ == "__main__":
    for fixture in fixtures():
        if len(sys.argv) == 1 or fixture.name in sys.argv[1:]:
            make(fixture)
