"""The rows that ../methods.test.ts holds Sightline to, and the files ../golden/methods/FAMILY/NAME.json that they are kept in."""

import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parent.parent / "golden" / "methods"
KEPT = 400
"""Numbers of a map that are kept: every so-many-th."""
LIMIT = 100_000
"""Bytes of one file."""


def row(method: str, maps: list[np.ndarray], classes: list[int], reference: str, layer: str | None = None, **asked) -> dict:
    """One question and its answer, before the final ReLU where the method has one: one map per class. `asked` = parameters, score, negated, versus … as a request has them."""
    arrays = [np.asarray(one, dtype=np.float64) for one in maps]
    stride = max(1, arrays[0].size // KEPT) | 1
    kept = [[float(f"{value:.7g}") for value in one.ravel()[::stride]] for one in arrays]
    told = {"method": method, "reference": reference, "classes": classes, **({"layer": layer} if layer else {}), **asked}
    return {**told, "dims": list(arrays[0].shape), "stride": stride, "maps": kept}


def save(family: str, name: str, rows: list[dict]) -> None:
    text = "[\n " + ",\n ".join(json.dumps(one) for one in rows) + "\n]\n"
    assert len(text) < LIMIT, f"{name}: {len(text)} bytes"
    (GOLDEN / family / f"{name}.json").write_text(text, encoding="utf-8")
    print(family, name, len(rows), len(text), flush=True)
