"""A network as a user's ONNX file, without its weights."""

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, numpy_helper
from torch import nn

from network import Rule

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")


def export(net: nn.Module, x: torch.Tensor, path: Path, *, dynamo: bool, dynamic: bool) -> onnx.ModelProto:
    """torch.onnx.export as users call it. The TorchScript exporter keeps BatchNormalization where the network has it."""
    sample = x.repeat(2, 1, 1, 1) if dynamic else x
    if dynamo:
        options = {"external_data": False}
        if dynamic:
            options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
    else:
        options = {"training": torch.onnx.TrainingMode.PRESERVE}
        if dynamic:
            options["dynamic_axes"] = {"input": {0: "batch"}}
    names = {"input_names": ["input"], "output_names": ["output"]}
    torch.onnx.export(net, (sample,), path, dynamo=dynamo, verbose=False, **names, **options)
    return onnx.load(path)


def strip(model: onnx.ModelProto, rules: list[Rule], net: nn.Module, data: str) -> list[Rule]:
    """Moves every weight out into the file `data`; returns the rules in the order in which they lie there."""
    state = net.state_dict()
    by_name = {rule.name: rule for rule in rules}
    moved, offset = [], 0
    for weight in model.graph.initializer:
        rule = by_name.get(weight.name)
        values = numpy_helper.to_array(weight)
        if rule is None:
            assert values.size <= 4, f"{weight.name} is not in the network"
            continue
        assert values.dtype == np.float32 and np.array_equal(values, state[rule.name].numpy()), weight.name
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        for key, value in {"location": data, "offset": offset, "length": values.nbytes}.items():
            weight.external_data.add(key=key, value=str(value))
        offset += values.nbytes
        moved.append(rule)
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return moved


def name_of(model: onnx.ModelProto, x: torch.Tensor, wanted: torch.Tensor) -> str:
    """The first tensor of the exported graph that equals `wanted`: found by its numbers, whatever the exporter called it."""
    everything = onnx.ModelProto()
    everything.CopyFrom(model)
    known = {output.name for output in model.graph.output}
    names = [node.output[0] for node in model.graph.node if node.op_type != "Identity"]
    everything.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in known)
    session = onnxruntime.InferenceSession(everything.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(names, {"input": x.float().numpy()})
    target = wanted.detach().numpy()
    near = [name for name, value in zip(names, found) if value.shape == target.shape and distance(value, target) < 1e-4]
    # Behind it may come one that changes nothing, such as a Pad by 0.
    assert near and (len(near) == 1 or follows(model, near)), near
    return near[0]


def follows(model: onnx.ModelProto, names: list[str]) -> bool:
    """Whether each value is made of the one before."""
    makers = {output: node for node in model.graph.node for output in node.output}
    return all(before in makers[name].input for before, name in zip(names, names[1:]))


def distance(value: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(value - wanted).max() / np.abs(wanted).max())
