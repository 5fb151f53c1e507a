"""What PyTorch computes: every value on the way from the image to the logits, and the gradient of a logit by each of them."""

from dataclasses import dataclass, replace

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

SMALLEST, LARGEST = 2, 64
"""Rows of the maps that are compared."""
CLOSE = 2e-3
"""How near, of the largest value, a value of the exported graph has to be to one of PyTorch's to be the same one."""
TELLING = 1e-2
"""How large a map has to be, of what it would be if nothing cancelled out."""


@dataclass
class Grid:
    """How a value is read as maps: `order` brings its patch tokens, or all of it, to [channels, rows, columns]."""

    channels: int
    side: int
    channels_last: bool
    prefix: int = 0
    """Tokens that are no patches: class, distillation, registers."""
    tokens_first: bool = False
    """[T,1,C], as torch.nn.MultiheadAttention has them."""
    in_windows: bool = False
    """Window by window: the map has its numbers in other places."""

    def read(self, value: torch.Tensor) -> torch.Tensor:
        """[1,C,h,w], [1,h,w,C], [1,T,C], [1,C,T] or […,C] → [C,h,w]."""
        if self.in_windows:
            return value.reshape(self.side, self.side, -1).permute(2, 0, 1)
        one = value[:, 0] if self.tokens_first else value[0]
        if one.dim() == 2:
            patches = one[self.prefix :] if self.channels_last else one[:, self.prefix :]
            shape = (self.side, self.side, -1) if self.channels_last else (-1, self.side, self.side)
            one = patches.reshape(shape)
        return one.permute(2, 0, 1) if self.channels_last else one


def grid_of(shape: tuple[int, ...]) -> Grid | None:
    """Images are square, and so are their maps."""
    if len(shape) == 3 and shape[0] > 1 == shape[1] and (found := grid_of((1, shape[0], shape[2]))):
        return replace(found, tokens_first=True) if found.channels_last else None
    if len(set(shape[1:])) == 1:
        return None  # could be read in two ways
    if len(shape) == 4 and shape[0] == 1:
        _, a, b, c = shape
        if b == c and SMALLEST <= b <= LARGEST:
            return Grid(a, b, False)
        if a == b and SMALLEST <= a <= LARGEST:
            return Grid(c, a, True)
    if len(shape) == 3 and shape[0] == 1:
        for channels_last, tokens, channels in ((True, shape[1], shape[2]), (False, shape[2], shape[1])):
            for prefix in range(9):
                side = int(max(tokens - prefix, 0) ** 0.5)
                if SMALLEST <= side <= LARGEST and side * side == tokens - prefix and side > prefix // 2:
                    return Grid(channels, side, channels_last, prefix)
    places = int(np.prod(shape[:-1]))
    side = round(places**0.5)
    if len(shape) >= 3 and side * side == places and SMALLEST <= side <= LARGEST:
        return Grid(shape[-1], side, True, in_windows=True)
    return None


class Sound(TorchFunctionMode):
    """PyTorch 2.15 differentiates batch_norm wrongly in evaluation, on the CPU, where the gradient that comes in is not contiguous (behind
    `flatten(2).transpose(1, 2)`, say: central differences tell); here it is the multiplication and addition that it is."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        return (affine if func is F.batch_norm else func)(*args, **(kwargs or {}))


def affine(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    if training or running_var is None:
        return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
    scale = (running_var + eps).rsqrt() * (1 if weight is None else weight)
    shift = (0 if bias is None else bias) - running_mean * scale
    along = (1, -1, *[1] * (input.dim() - 2))
    return input * scale.view(along) + shift.view(along)


class Recorder(Sound):
    """Keeps every differentiable value that can be read as a map. In-place operators leave their result in the value that is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[int, torch.Tensor] = {}
        self.makers: dict[int, str] = {}
        """The name of the function that made each value, such as `relu`."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = super().__torch_function__(func, types, args, kwargs)
        for value in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(value, torch.Tensor) and value.requires_grad and grid_of(tuple(value.shape)):
                self.values.setdefault(id(value), value)
                self.makers.setdefault(id(value), getattr(func, "__name__", ""))
        return result


def forward(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """[1,classes]; the first output of a network that has several."""
    y = net(x)
    return y[0] if isinstance(y, (tuple, list)) else y


def input_gradient(net: nn.Module, x: torch.Tensor, index: int) -> tuple[torch.Tensor, torch.Tensor]:
    x = x.clone().requires_grad_()
    with Sound():
        logits = forward(net, x)
    (gradient,) = torch.autograd.grad(logits[0, index], x)
    return logits.detach()[0], gradient[0]


def graph_values(path: str, x: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, str]]:
    """The exported graph's own logits, each of its values that can be read as maps, and the operators that make them."""
    model = onnx.load(path)
    outputs = {output.name for output in model.graph.output}
    names = [name for node in model.graph.node if node.op_type != "Identity" for name in node.output if name and name not in outputs]
    elements = {value.name: value.type.tensor_type for value in onnx.shape_inference.infer_shapes(model).graph.value_info}
    wanted = [name for name in names if name not in elements or elements[name].elem_type == onnx.TensorProto.FLOAT]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    first = model.graph.output[0].name
    found = session.run([first, *wanted], {session.get_inputs()[0].name: x})
    maps = {name: value for name, value in zip(wanted, found[1:]) if value.dtype == np.float32 and grid_of(value.shape)}
    makers = {name: node.op_type for node in model.graph.node for name in node.output}
    return found[0][0], maps, makers


def match(recorder: Recorder, maps: dict[str, np.ndarray], makers: dict[str, str]) -> dict[str, int]:
    """Which of PyTorch's values each value of the exported graph is: by its numbers. Where several are equal (a sum that is nowhere negative,
    and its ReLU) the one of the same maker, else the earliest."""
    values = list(recorder.values.values())
    made_by = [recorder.makers[id(value)] for value in values]
    by_shape: dict[tuple[int, ...], list[tuple[int, torch.Tensor]]] = {}
    for i, value in enumerate(values):
        by_shape.setdefault(tuple(value.shape), []).append((i, value.detach().flatten()))
    probes: dict[int, torch.Tensor] = {}

    def probe(flat: torch.Tensor) -> torch.Tensor:
        size = flat.numel()
        if size not in probes:
            probes[size] = torch.randn(4, size, generator=torch.Generator().manual_seed(size), dtype=torch.float64)
        return probes[size] @ flat.double() / max(float(flat.double().norm()), 1e-30)

    prints = {i: probe(flat) for same in by_shape.values() for i, flat in same}
    found = {}
    for name, map_ in maps.items():
        flat = torch.from_numpy(map_).flatten()
        print_ = probe(flat)
        equal = [
            i
            for i, value in by_shape.get(map_.shape, [])
            if float((prints[i] - print_).abs().max()) < 0.02
            and float((value - flat).abs().max()) < CLOSE * float(value.abs().max())
        ]
        same_maker = [i for i in equal if made_by[i] == makers[name].lower()]
        if equal:
            found[name] = (same_maker or equal)[0]
    return found


def grad_cams(logits: torch.Tensor, values: list[torch.Tensor], classes: list[int]) -> list[np.ndarray]:
    """Selvaraju et al. 2017, equations 1 and 2 without the ReLU, at each value: [K,h,w]; NaN where it proves nothing."""
    maps: list[list[np.ndarray]] = [[] for _ in values]
    for index in classes:
        gradients = torch.autograd.grad(logits[0, index], values, retain_graph=True, allow_unused=True)
        for value, gradient, stack in zip(values, gradients, maps):
            grid = grid_of(tuple(value.shape))
            activation = grid.read(value.detach())
            if gradient is None:
                stack.append(np.full(activation.shape[1:], np.nan))
                continue
            gradients_ = grid.read(gradient)
            map_ = torch.einsum("c,chw->hw", gradients_.mean((1, 2)), activation)
            most = torch.einsum("c,chw->hw", gradients_.abs().mean((1, 2)), activation.abs())
            # By the keys of an attention the mean gradient is 0: what is left is rounding.
            is_told = float(map_.abs().max()) > TELLING * float(most.max())
            stack.append(map_.numpy() if is_told else np.full(map_.shape, np.nan))
    return [np.stack(stack) for stack in maps]
