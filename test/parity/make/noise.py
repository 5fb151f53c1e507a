"""The random numbers of src/explain/hash.ts and src/explain/method/helper/random.ts. The weights of networks have a hash of their own, hashWeights.py."""

import numpy as np
from hashWeights import mix


def hashed(seed: int, indices: np.ndarray) -> np.ndarray:
    """[0,1)"""
    seeds = np.array([seed], np.uint64).astype(np.uint32)
    return mix(mix(mix(seeds + np.uint32(0x9E3779B9)) + indices.astype(np.uint32)) ^ seeds).astype(np.float64) / 2**32


def uniform(seed: int, part: int, count: int) -> np.ndarray:
    own = int(hashed(seed, np.array([part]))[0] * 2**32)
    return hashed(own, np.arange(count)) + 2.0**-33


def normal(seed: int, part: int, count: int) -> np.ndarray:
    uniforms = uniform(seed, part, count + count % 2)
    radius, angle = np.sqrt(-2 * np.log(uniforms[::2])), 2 * np.pi * uniforms[1::2]
    numbers = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()
    return numbers[:count].astype(np.float32)
