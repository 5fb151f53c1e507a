"""Writes the node test cases that the onnx package carries as code into a folder.

    python export.py FOLDER

FOLDER/NAME.onnx is a case's model, FOLDER/NAME.data.onnx a graph without nodes whose initializers are the values of the model's inputs
and outputs, by name. FOLDER/index.json lists the cases and the history of every operator, and is written last.

Each case knows one form of its operator, mostly the newest. Where another form can say the same, NAME_form_VERSION says it, in the newest
opset that has that form: with that opset in the file, and with attributes instead of inputs where they were attributes then. Whether it
means the same too is for onnxruntime to tell.
"""

import dataclasses
import json
import os
import random
import sys
import warnings

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

# The oldest opset that Sightline reads.
OLDEST = 7


def data(case: onnx.backend.test.case.test_case.TestCase) -> onnx.ModelProto | None:
    """The values of all inputs and outputs; None where one is no tensor (a sequence, an optional, a map)."""
    inputs, outputs = case.data_sets[0]
    values = [*zip(case.model.graph.input, inputs), *zip(case.model.graph.output, outputs)]
    tensors = []
    for info, value in values:
        if info.type.WhichOneof("value") != "tensor_type" or value is None:
            return None
        if not isinstance(value, TensorProto):
            value = numpy_helper.from_array(np.asarray(value))
        value.name = info.name
        tensors.append(value)
    return helper.make_model(helper.make_graph([], "data", [], [], initializer=tensors))


def used(graph: onnx.GraphProto) -> set[str]:
    """The operators of a graph and of the graphs inside it."""
    inner = [a.g for node in graph.node for a in node.attribute if a.HasField("g")]
    return {node.op_type for node in graph.node}.union(*(used(g) for g in inner))


def describe(case: onnx.backend.test.case.test_case.TestCase, plain: onnx.ModelProto) -> dict:
    """`plain` is the model of the same case before its function was expanded."""
    node = plain.graph.node[0]
    opset = next(entry.version for entry in plain.opset_import if entry.domain == node.domain)
    standard = [entry.version for entry in case.model.opset_import if entry.domain == ""]
    values = [*case.model.graph.input, *case.model.graph.output]
    kinds = {value.type.WhichOneof("value") for value in values}
    types = {value.type.tensor_type.elem_type for value in values}
    return {
        "name": case.name,
        "operator": node.op_type,
        "domain": node.domain,
        "since": onnx.defs.get_schema(node.op_type, opset, node.domain).since_version,
        "opset": max(standard, default=None),
        "expanded": case.model is not plain,
        "restated": False,
        "uses": sorted(used(case.model.graph)),
        "kinds": sorted(kind.removesuffix("_type") for kind in kinds),
        "types": sorted(TensorProto.DataType.Name(t) for t in types if t),
        "rtol": case.rtol,
        "atol": case.atol,
    }


REDUCTIONS = "L1 L2 LogSum LogSumExp Max Mean Min Prod SumSquare".split()

# Operator -> until which opset its inputs behind the first were attributes, and which.
ONCE_ATTRIBUTES = {
    "Clip": (10, ["min", "max"]),
    "Dropout": (11, ["ratio"]),
    "Pad": (10, ["pads", "value"]),
    "ReduceSum": (12, ["axes"]),
    "Slice": (9, ["starts", "ends", "axes"]),
    "Split": (12, ["split"]),
    "Squeeze": (12, ["axes"]),
    "TopK": (9, ["k"]),
    "Unsqueeze": (12, ["axes"]),
    **{f"Reduce{name}": (17, ["axes"]) for name in REDUCTIONS},
}
SCALARS = {"min", "max", "ratio", "value", "k"}


def other_forms(case: onnx.backend.test.case.test_case.TestCase, history: list[int]):
    """The version of every other form of the only node's operator that can say the case, with the model in it."""
    node = case.model.graph.node[0]
    [opset] = [entry.version for entry in case.model.opset_import]
    now = max(version for version in history if version <= opset)
    for version, later in zip(history, [*history[1:], onnx.defs.onnx_opset_version() + 1]):
        if later <= OLDEST or (version == now and opset >= OLDEST):
            continue
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        model.opset_import[0].version = later - 1
        last, names = ONCE_ATTRIBUTES.get(node.op_type, (0, []))
        if later - 1 <= last:
            to_attributes(model.graph, names, case.data_sets[0][0])
        suit(model.graph, *(onnx.defs.get_schema(node.op_type, o) for o in (opset, later - 1)))
        try:
            onnx.checker.check_model(model, full_check=True)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError):
            continue
        yield version, model


def to_attributes(graph: onnx.GraphProto, names: list[str], inputs: list) -> None:
    """Gives the first node's inputs behind the first as attributes, with their values in this case."""
    node = graph.node[0]
    values = {info.name: value for info, value in zip(graph.input, inputs)}
    for name, given in zip(names, node.input[1 : len(names) + 1]):
        if not given:
            continue
        numbers = np.asarray(values[given]).tolist()
        if name not in SCALARS:
            attribute = helper.make_attribute(name, numbers, attr_type=AttributeProto.INTS)
        else:
            attribute = helper.make_attribute(name, np.ravel(numbers)[0].item())
        node.attribute.append(attribute)
        graph.input.remove(next(info for info in graph.input if info.name == given))
    del node.input[1 : len(names) + 1]


def suit(graph: onnx.GraphProto, own: onnx.defs.OpSchema, other: onnx.defs.OpSchema) -> None:
    """Drops attributes of the own form that only say its default; gives inputs that must be there in the other as empty tensors."""
    node = graph.node[0]
    for attribute in list(node.attribute):
        if attribute.name in own.attributes and attribute.name not in other.attributes:
            default = own.attributes[attribute.name].default_value
            if helper.get_attribute_value(attribute) == helper.get_attribute_value(default):
                node.attribute.remove(attribute)
    for i, (given, formal) in enumerate(zip(node.input, other.inputs)):
        if not given and formal.option == onnx.defs.OpSchema.FormalParameterOption.Single:
            node.input[i] = f"empty_{i}"
            empty = np.zeros(0, np.float32)
            graph.initializer.append(numpy_helper.from_array(empty, node.input[i]))


def main(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    warnings.simplefilter("ignore")
    random.seed(0)
    np.random.seed(0)
    cases = collect_testcases(None)
    models = {case.name: case.model for case in cases}
    history: dict[str, list[int]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "":
            history.setdefault(schema.name, []).append(schema.since_version)
    operators = {name: sorted(versions) for name, versions in sorted(history.items())}
    index = []

    def write(case: onnx.backend.test.case.test_case.TestCase, description: dict) -> None:
        index.append(description)
        onnx.save(case.model, os.path.join(folder, f"{case.name}.onnx"))
        tensors = data(case)
        if tensors:
            onnx.save(tensors, os.path.join(folder, f"{case.name}.data.onnx"))

    for case in cases:
        plain = models[case.name.split("_expanded")[0]]
        write(case, describe(case, plain))
        if case.model is not plain or plain.graph.node[0].domain:
            continue
        inputs = dict(zip((info.name for info in plain.graph.input), case.data_sets[0][0]))
        for version, model in other_forms(case, operators[plain.graph.node[0].op_type]):
            values = [inputs[info.name] for info in model.graph.input]
            sets = [(values, case.data_sets[0][1])]
            name = f"{case.name}_form_{version}"
            restated = dataclasses.replace(case, name=name, model=model, data_sets=sets)
            write(restated, {**describe(restated, model), "restated": True})
    with open(os.path.join(folder, "index.json"), "w") as file:
        json.dump({"onnx": onnx.__version__, "cases": index, "operators": operators}, file)


if __name__ == "__main__":
    main(sys.argv[1])
