"""Writes the node test cases that the onnx package carries as code into a folder.

    python export.py FOLDER

FOLDER/NAME.onnx is a case's model, FOLDER/NAME.data.onnx a graph without nodes whose initializers are the values of the model's inputs
and outputs, by name. FOLDER/index.json lists the cases and the history of every operator, and is written last.
"""

import json
import os
import random
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases


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
        "uses": sorted(used(case.model.graph)),
        "kinds": sorted(kind.removesuffix("_type") for kind in kinds),
        "types": sorted(TensorProto.DataType.Name(t) for t in types if t),
        "rtol": case.rtol,
        "atol": case.atol,
    }


def main(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    warnings.simplefilter("ignore")
    random.seed(0)
    np.random.seed(0)
    cases = collect_testcases(None)
    models = {case.name: case.model for case in cases}
    index = []
    for case in cases:
        index.append(describe(case, models[case.name.split("_expanded")[0]]))
        onnx.save(case.model, os.path.join(folder, f"{case.name}.onnx"))
        tensors = data(case)
        if tensors:
            onnx.save(tensors, os.path.join(folder, f"{case.name}.data.onnx"))
    history: dict[str, list[int]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "":
            history.setdefault(schema.name, []).append(schema.since_version)
    operators = {name: sorted(versions) for name, versions in sorted(history.items())}
    with open(os.path.join(folder, "index.json"), "w") as file:
        json.dump({"onnx": onnx.__version__, "cases": index, "operators": operators}, file)


if __name__ == "__main__":
    main(sys.argv[1])
