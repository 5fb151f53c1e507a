"""Writes src/explain/format/onnx/signatures.ts: how many inputs and outputs the operators have that are read, by the schemas of onnx and onnxruntime.

    python media/make/signatures.py     needs onnx and onnxruntime
"""

import re
from pathlib import Path

import onnx.defs
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

explain = Path(__file__).parents[2] / "src/explain"
folder = explain / "format/onnx"
sources = [path for root in (folder, explain / "op") for path in root.rglob("*.ts")]
text = "\n".join(path.read_text() for path in sources if path.name != "signatures.ts")
known = set(re.findall(r"\w+", text))
oldest = 7


def marks(lists):
    """One mark per place: 1 = must be there in every version, ? = may be absent, * = this one and any number more."""
    result = ""
    for i in range(max(map(len, lists), default=0)):
        options = [parts[i].option.name if i < len(parts) else "Optional" for parts in lists]
        if "Variadic" in options:
            return result + "*"
        result += "1" if set(options) == {"Single"} else "?"
    return result


def signature(versions):
    names = [{name for name, value in item.attributes.items() if value.required} for item in versions]
    required = sorted(set.intersection(*names))
    return [marks([list(item.inputs) for item in versions]), marks([list(item.outputs) for item in versions]), *required]


rows = {}
history = {}
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain == "" and schema.name in known:
        history.setdefault(schema.name, []).append(schema)
for name, versions in history.items():
    versions.sort(key=lambda item: item.since_version)
    inForce = [item for item in versions if item.since_version <= oldest][-1:]
    rows[name] = signature(inForce + [item for item in versions if item.since_version > oldest])
for schema in runtime.get_all_operator_schema():
    if schema.domain not in ("", "com.microsoft") or schema.name not in known:
        continue
    # Of the standard domain those that ONNX has no longer, or never had.
    rows.setdefault(f"{schema.domain}.{schema.name}".lstrip("."), signature([schema]))

lines = [f'  "{name}": {repr(row).replace(chr(39), chr(34))},' for name, row in sorted(rows.items())]
(folder / "signatures.ts").write_text(
    """export type Signature = readonly [inputs: string, outputs: string, ...attributes: string[]];

/**
 * Inputs, outputs and required attributes of the operators that are read, over all versions from opset 7 on; written by media/make/signatures.py. One mark per
 * place: 1 = must be there, ? = may be absent, * = this one and any number more.
 */
export const signatures: Readonly<Record<string, Signature>> = {
"""
    + "\n".join(lines)
    + "\n};\n"
)
