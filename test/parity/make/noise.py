"""The random numbers of src/explain/method/helper/random.ts."""

import numpy as np


def mix(x: np.ndarray) -> np.ndarray:
    x = x.astype(np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def hashed(seed: int, indices: np.ndarray) -> np.ndarray:
    return mix(mix(indices) ^ mix(np.array([seed]))).astype(np.float64) / 2**32


def uniform(seed: int, part: int, count: int) -> np.ndarray:
    own = int(hashed(seed, np.array([part]))[0] * 2**32)
    return hashed(own, np.arange(count)) + 2.0**-33


def normal(seed: int, part: int, count: int) -> np.ndarray:
    uniforms = uniform(seed, part, count + count % 2)
    radius, angle = np.sqrt(-2 * np.log(uniforms[::2])), 2 * np.pi * uniforms[1::2]
    numbers = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()
    return numbers[:count].astype(np.float32)
