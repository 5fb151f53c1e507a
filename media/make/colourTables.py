"""Writes src/explain/picture/colourTables.json: 256 colours each, as hexadecimal RGB, darkest or lowest first.

    python media/make/colourTables.py     needs matplotlib

inferno, plasma, viridis (S. van der Walt, N. Smith, E. Firing: CC0) and cividis (J. Nunez, C. Anderton, R. Renslow: CC0) are
perceptually uniform and safe for colour-blind eyes. coolwarm is K. Moreland's diverging map, jet the one of the papers.
"""

import json
from pathlib import Path

import matplotlib
import numpy as np

NAMES = ("inferno", "plasma", "viridis", "cividis", "coolwarm", "jet")


def table(name: str) -> str:
    colours = matplotlib.colormaps[name](np.arange(256), bytes=True)[:, :3]
    assert colours.shape == (256, 3)
    return colours.astype(np.uint8).tobytes().hex()


target = Path(__file__).parents[2] / "src/explain/picture/colourTables.json"
target.write_text(json.dumps({name: table(name) for name in NAMES}, indent=2) + "\n", encoding="utf-8")
