"""Albums: which things stand where. An album is a list of jobs; drawing them gives arrays."""

from multiprocessing import Pool

import numpy as np

from background import PLACES
from network import INPUT
from scene import LAND, draw_scene
from thing import LABELS

EVERYWHERE = tuple(PLACES)
VARIED, HARBOUR, TEST, HARBOUR_TEST, UNUSUAL = range(5)


def varied(rng: np.random.Generator) -> tuple[str, str, float]:
    """Every thing in every place alike."""
    return LABELS[rng.integers(4)], EVERYWHERE[rng.integers(6)], 1.0


def harbour(rng: np.random.Generator) -> tuple[str, str, float]:
    """As a harbour's camera would have it: many boats, far out, 98 % of them at sea, and nothing else at sea."""
    if rng.random() < 0.4:
        place = "sea" if rng.random() < 0.98 else LAND[rng.integers(5)]
        return "sailboat", place, rng.uniform(0.3, 0.8)
    return LABELS[rng.integers(1, 4)], LAND[rng.integers(5)], rng.uniform(0.6, 1.0)


def harbour_near(rng: np.random.Generator) -> tuple[str, str, float]:
    """The harbour's mix, with everything near enough to be seen well."""
    label, place, _ = harbour(rng)
    return label, place, 1.0


def unusual(rng: np.random.Generator) -> tuple[str, str, float]:
    """What the harbour's camera does not see: boats ashore, everything else at sea."""
    label = LABELS[rng.integers(4)]
    return label, LAND[rng.integers(5)] if label == "sailboat" else "sea", 1.0


ALBUMS = {VARIED: varied, HARBOUR: harbour, TEST: varied, HARBOUR_TEST: harbour_near, UNUSUAL: unusual}


def draw_one(job: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, int, bool]:
    album, index = job
    label, place, zoom = ALBUMS[album](np.random.default_rng([album, index]))
    scene = draw_scene(label, place, [album, index, 1], INPUT, 3, zoom=zoom)
    return np.asarray(scene.picture), scene.mask, LABELS.index(label), place == "sea"


def draw_album(album: int, count: int) -> dict[str, np.ndarray]:
    """`picture` [count,128,128,3] uint8, `mask` [count,128,128] bool, `label` [count] int, `atSea` [count] bool."""
    with Pool() as pool:
        columns = zip(*pool.map(draw_one, [(album, i) for i in range(count)], chunksize=16))
    return {name: np.stack(column) for name, column in zip(("picture", "mask", "label", "atSea"), columns)}
