"""The numbers that fill the networks: a counter-based hash, written the same in ../hashWeights.ts.

value(seed, i) = mix(mix(i) ^ mix(seed)) / 2^31 as a signed 32-bit integer, hence uniform in [-1, 1) and exact in float64.
A tensor's element i is float32(shift + scale * value(seed, i)), computed in float64 and rounded once.
"""

import numpy as np


def mix(x: np.ndarray) -> np.ndarray:
    """lowbias32 by Chris Wellons, https://nullprogram.com/blog/2018/07/31/: a bijection of 32-bit integers."""
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x7FEB352D)
    x = x ^ (x >> np.uint32(15))
    x = x * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def values(seed: int, count: int) -> np.ndarray:
    """float64, uniform in [-1, 1)."""
    key = mix(np.array([seed], np.uint32))
    return mix(mix(np.arange(count, dtype=np.uint32)) ^ key).view(np.int32) / 2.0**31


def tensor(seed: int, shape: tuple[int, ...], scale: float, shift: float) -> np.ndarray:
    """float32."""
    return (shift + scale * values(seed, int(np.prod(shape)))).astype(np.float32).reshape(shape)
