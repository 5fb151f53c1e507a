"""RISE's masks, as `generate_masks` of the authors makes them (scikit-image's resize), https://github.com/eclique/RISE explanations.py, of cells and shifts from the hash that Sightline has."""

import math

import numpy as np
from noise import hashed
from skimage.transform import resize


def masks(size: int, count: int, cells: int, keep: float, seed: int) -> np.ndarray:
    """[count,size,size]. Random numbers are taken one after another from the hash: s² cells, the shift of the rows, that of the columns."""
    random = hashed(seed, np.arange(count * (cells**2 + 2))).reshape(count, -1)
    cell = math.ceil(size / cells)
    grids = (random[:, : cells**2] < keep).astype("float64").reshape(count, cells, cells)
    shifts = np.floor(random[:, cells**2 :] * cell).astype(int)
    up = ((cells + 1) * cell,) * 2
    return np.stack([
        resize(grid, up, order=1, mode="reflect", anti_aliasing=False)[y : y + size, x : x + size]
        for grid, (y, x) in zip(grids, shifts)
    ])
