"""Goldens of excitation backprop at layers and at the input. Usage: python excitation.py [NAME...]

Networks with BatchNormalization: zennit's ExcitationBackprop composite with its canonizers, at layers, where activations are not negative. Others: TorchRay's formulas, which is not on PyPI, re-derived as backward
rules of PyTorch's functions; where a layer reads negative numbers (the image, what DenseNet averages), their excitatory part as zennit's ZPlus has it, since TorchRay's quotient has poles there.
"""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from importlib.metadata import version
from rows import row
from subjects import SoundBatchNorm, Subject, write
from torch import nn
from torch.overrides import TorchFunctionMode
from torchvision.models.mobilenetv2 import InvertedResidual, MobileNetV2
from zennit.canonizers import AttributeCanonizer, CompositeCanonizer, SequentialMergeBatchNorm
from zennit.composites import ExcitationBackprop
from zennit.layer import Sum
from zennit.torchvision import ResNetCanonizer

TINY = 1e-20
FURTHER = {"vgg16": {"max_pool2d_3": "features.23"}, "squeezenet1_1": {"cat_4": None}}
"""Layers besides those of the subject, with their modules: that which TorchRay's benchmark reads, and one that no module makes."""
TO_THE_IMAGE = {"resnet18-dynamo", "squeezenet1_1", "mobilenet_v2"}
TORCHRAY = "TorchRay's formulas re-derived"
ZENNIT = f"zennit {version('zennit')} ExcitationBackprop(zero_params=bias, stabilizer=1e-20)"


class MobileNetCanonizer(AttributeCanonizer):
    """Residual sums and the pooling of torchvision's MobileNet-V2 as modules, as zennit's own canonizers make those of ResNet."""

    def __init__(self):
        super().__init__(self.attributes)

    @classmethod
    def attributes(cls, name: str, module: nn.Module) -> dict | None:
        if isinstance(module, MobileNetV2):
            return {"forward": cls.pooled.__get__(module), "canonizer_pool": nn.AdaptiveAvgPool2d(1)}
        if isinstance(module, InvertedResidual) and module.use_res_connect:
            return {"forward": cls.residual.__get__(module), "canonizer_sum": Sum()}
        return None

    @staticmethod
    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.flatten(self.canonizer_pool(self.features(x)), 1))

    @staticmethod
    def residual(self, x: torch.Tensor) -> torch.Tensor:
        return self.canonizer_sum(torch.stack([x, self.conv(x)], dim=-1))


CANONIZERS = {
    "resnet50": ResNetCanonizer,
    "mobilenet_v2": lambda: CompositeCanonizer((SequentialMergeBatchNorm(), MobileNetCanonizer())),
}


@contextlib.contextmanager
def by_zennit(subject: Subject) -> Iterator[None]:
    composite = ExcitationBackprop(stabilizer=TINY, zero_params="bias", canonizers=[CANONIZERS[subject.name]()])
    with composite.context(subject.net), identities(subject.net):
        yield


@contextlib.contextmanager
def identities(net: nn.Module) -> Iterator[None]:
    """zennit leaves the eps of a normalization that it has merged, which then divides by sqrt(1 + 1e-5); a sum of opposed summands makes much of that."""
    kept = {module: module.eps for module in net.modules() if isinstance(module, nn.BatchNorm2d)}
    for module in kept:
        module.eps = 0.0
    try:
        yield
    finally:
        for module, eps in kept.items():
            module.eps = eps


class Excite(torch.autograd.Function):
    """p' = x+ * L+'(p / (L+(x+) + L-(x-))) + x- * L-'(the same) of a linear layer; x- is 0 behind a ReLU."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, function: Callable, positive: Callable, negative: Callable) -> torch.Tensor:
        ctx.save_for_backward(x)
        ctx.linear = positive, negative
        return function(x)

    @staticmethod
    def backward(ctx, p: torch.Tensor):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            parts = [x.clamp(min=0).requires_grad_(), x.clamp(max=0).requires_grad_()]
            outputs = [linear(part) for linear, part in zip(ctx.linear, parts)]
            gradients = torch.autograd.grad(outputs, parts, [p / (sum(outputs) + TINY)] * 2)
        return sum(part * gradient for part, gradient in zip(parts, gradients)).detach(), None, None, None


class Pass(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: torch.Tensor, function: Callable) -> torch.Tensor:
        return function(x)

    @staticmethod
    def backward(ctx, p: torch.Tensor):
        return p, None


class Share(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(a, b)
        return a + b

    @staticmethod
    def backward(ctx, p: torch.Tensor):
        a, b = ctx.saved_tensors
        share = torch.where(a + b == 0, 0, p / (a + b))
        return a * share, b * share


WEIGHTED = (F.conv2d, F.linear, torch.conv2d, torch._C._nn.linear)
MEANS = (F.adaptive_avg_pool2d, F.avg_pool2d, torch._C._nn.avg_pool2d, torch.Tensor.mean)
SUMS = (torch.add, torch.Tensor.add, torch.Tensor.__add__)


class TorchRay(TorchFunctionMode):
    """PyTorch's functions with the backward rules of excitation backprop."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func in WEIGHTED:
            x, weight, _bias, *rest = args
            linear = [lambda part, w=w: func(part, w, None, *rest, **kwargs) for w in (weight.clamp(min=0), weight.clamp(max=0))]
            return Excite.apply(x, lambda x: func(x, *args[1:], **kwargs), *linear)
        if func in MEANS:
            mean = lambda part: func(part, *args[1:], **kwargs)
            return Excite.apply(args[0], mean, mean, lambda part: 0 * mean(part))
        if func in SUMS and all(isinstance(arg, torch.Tensor) and arg.dim() == 4 for arg in args):
            return Share.apply(*args)
        return func(*args, **kwargs)


@contextlib.contextmanager
def by_torchray(subject: Subject) -> Iterator[None]:
    """BatchNormalization that is not folded passes p on, as there."""
    normalizations = [module for module in subject.net.modules() if isinstance(module, SoundBatchNorm)]
    for module in normalizations:
        module.forward = lambda x, module=module: Pass.apply(x, lambda x: F.batch_norm(x, module.running_mean, module.running_var, module.weight, module.bias, eps=module.eps))
    try:
        with TorchRay():
            yield
    finally:
        for module in normalizations:
            del module.forward


def classifier(net: nn.Module) -> nn.Module:
    return [module for module in net.modules() if isinstance(module, (nn.Conv2d, nn.Linear))][-1]


@contextlib.contextmanager
def dual(layer: nn.Module) -> Iterator[None]:
    layer.weight.data.neg_()
    try:
        yield
    finally:
        layer.weight.data.neg_()


def output_of(subject: Subject, layer: str | None) -> tuple[torch.Tensor, torch.Tensor]:
    """The value of a layer, or the image, and the logits."""
    x = subject.x.clone().requires_grad_()
    if layer is None:
        return x, subject.net(x)
    values = {}
    with captured(subject, layer, values):
        logits = subject.net(x)
    return values["layer"], logits


@contextlib.contextmanager
def captured(subject: Subject, layer: str, values: dict[str, torch.Tensor]) -> Iterator[None]:
    """Puts the value of a layer, of what is concatenated too, into `values["layer"]`, and what the classifier reads into `values["below"]`."""
    last = classifier(subject.net)
    handles = [last.register_forward_pre_hook(lambda _module, inputs: values.update(below=inputs[0]))]
    reader = reader_of(subject.net, layer)
    if reader is None:
        handles.append(subject.module(layer).register_forward_hook(lambda _module, _inputs, output: values.update(layer=output)))
    else:
        handles.append(reader.register_forward_pre_hook(lambda _module, inputs: values.update(layer=inputs[0])))
    yield
    for handle in handles:
        handle.remove()


def reader_of(net: nn.Module, value: str) -> nn.Module | None:
    """The module that reads a value which a function makes, such as torch.cat, in a traced network."""
    if not isinstance(net, torch.fx.GraphModule):
        return None
    nodes = [node for node in net.graph.nodes if node.name == value and node.op == "call_function"]
    return next((net.get_submodule(user.target) for node in nodes for user in node.users), None)


def winning(subject: Subject, layer: str | None, rules: Callable) -> list[torch.Tensor]:
    with rules(subject):
        value, logits = output_of(subject, layer)
        return [torch.autograd.grad(logits, value, F.one_hot(torch.tensor([c]), logits.shape[1]).double(), retain_graph=True)[0] for c in subject.classes]


def contrast(subject: Subject, layer: str | None, rules: Callable) -> list[torch.Tensor]:
    own = winning(subject, layer, rules)
    with dual(classifier(subject.net)):
        opposed = winning(subject, layer, rules)
    return [a - b for a, b in zip(own, opposed)]


def pooled_contrast(subject: Subject, layer: str, rules: Callable) -> list[torch.Tensor]:
    """SqueezeNet's classifier convolution is pooled: the dual unit of a class is that of the mean, so pooling comes first. At the classifier's own places it is the map of those below."""
    values = {}
    with rules(subject), captured(subject, layer, values):
        subject.net(subject.x.clone().requires_grad_())
        below = values["below"]
        differences = [pooled_difference(below, classifier(subject.net).weight, c) for c in subject.classes]
        if layer == subject.default:
            return differences
        return [torch.autograd.grad(below, values["layer"], p, retain_graph=True)[0] for p in differences]


def pooled_difference(below: torch.Tensor, weight: torch.Tensor, index: int) -> torch.Tensor:
    own, opposed = (F.conv2d(F.adaptive_avg_pool2d(below, 1), w, None) for w in (weight, -weight))
    own, opposed = (torch.autograd.grad(score[0, index, 0, 0], below, retain_graph=True)[0] for score in (own, opposed))
    return own - opposed


def maps(p: list[torch.Tensor]) -> list[np.ndarray]:
    return [one[0].sum(0).detach().numpy() for one in p]


def rows(subject: Subject) -> list[dict]:
    if subject.is_transformer:
        return []
    rules, reference = (by_zennit, ZENNIT) if subject.name in CANONIZERS else (by_torchray, TORCHRAY)
    against = pooled_contrast if subject.name.startswith("squeezenet") else contrast
    result = []
    subject.layers |= FURTHER.get(subject.name, {})
    for layer in subject.layers:
        asked = None if layer == subject.default else layer
        result.append(row("mwp", maps(winning(subject, layer, rules)), subject.classes, reference, asked))
        result.append(row("contrastiveMwp", maps(against(subject, layer, rules)), subject.classes, f"{reference}, twice", asked))
    if subject.name in TO_THE_IMAGE:
        result.append(row("mwp", maps(winning(subject, None, rules)), subject.classes, reference, parameters={"readOut": "input"}))
        if against is contrast:
            result.append(row("contrastiveMwp", maps(contrast(subject, None, rules)), subject.classes, f"{reference}, twice", parameters={"readOut": "input"}))
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)  # Depthwise convolutions in float64 take ten times as long where threads wait for each other.
    write("excitation", rows)
