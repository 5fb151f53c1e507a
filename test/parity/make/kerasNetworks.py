"""Two of the networks of subjects.py in Keras, channels last, with the weights that ../golden/NAME.json tells. They know nothing of PyTorch: TensorFlow has an environment of its own, see README.md."""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import hashWeights
import numpy as np
import tensorflow as tf
from rows import GOLDEN

assert os.environ.get("TF_USE_LEGACY_KERAS") == "1", "tf-keras-vis takes Keras 2: set TF_USE_LEGACY_KERAS=1"
Tensor = tf.Tensor


@dataclass
class KerasSubject:
    name: str
    net: tf.keras.Model
    """Its layers are called as the values of the exported graph, its output is the logits."""
    x: np.ndarray
    """[1,H,W,3]"""
    classes: list[int]
    """The predicted class first."""
    layers: list[str]
    """The default layer first."""


def subject(name: str, precision: str) -> KerasSubject:
    """`precision`: float32 or float64."""
    tf.keras.backend.set_floatx(precision)
    said = json.loads((GOLDEN.parent / f"{name}.json").read_text(encoding="utf-8"))
    x = tensor(said["input"]).transpose(0, 2, 3, 1).astype(precision)
    image = tf.keras.Input(x.shape[1:])
    net = tf.keras.Model(image, NETWORKS[name](Parts(said["parameters"]), image))
    layers = sorted(said["gradCam"], key=lambda layer: not layer["default"])
    check(net(x)[0].numpy()[said["classes"]], said["logits"])
    return KerasSubject(name, net, x, said["classes"], [layer["name"] for layer in layers])


def tensor(rule: dict) -> np.ndarray:
    return hashWeights.tensor(rule["seed"], tuple(rule["dims"]), rule["scale"], rule["shift"])


def check(logits: np.ndarray, golden: list[float]) -> None:
    error = np.abs(logits - golden).max() / np.abs(golden).max()
    assert error < 1e-6, f"logits differ from PyTorch's by {error:.1e}"


class Parts:
    """Layers with the weights of PyTorch's, whose names they have; what has none is numbered as the exporter does."""

    def __init__(self, rules: list[dict]) -> None:
        self.rules = {rule["name"]: rule for rule in rules}
        self.count: Counter[str] = Counter()

    def weights(self, path: str) -> tuple[np.ndarray, np.ndarray]:
        return tensor(self.rules[f"{path}.weight"]), tensor(self.rules[f"{path}.bias"])

    def conv(self, x: Tensor, path: str, stride: int = 1, padding: int = 0) -> Tensor:
        weight, bias = self.weights(path)
        layer = tf.keras.layers.Conv2D(len(weight), weight.shape[2], stride, name=path)
        y = layer(tf.keras.layers.ZeroPadding2D(padding)(x) if padding else x)
        layer.set_weights([weight.transpose(2, 3, 1, 0), bias])
        return y

    def linear(self, x: Tensor, path: str) -> Tensor:
        weight, bias = self.weights(path)
        layer = tf.keras.layers.Dense(len(weight), name=path)
        y = layer(x)
        layer.set_weights([weight.T, bias])
        return y

    def named(self, kind: str) -> str:
        number = self.count[kind]
        self.count[kind] += 1
        return f"{kind}_{number}" if number else kind

    def relu(self, x: Tensor) -> Tensor:
        return tf.keras.layers.Activation("relu", name=self.named("relu"))(x)

    def cat(self, parts: list[Tensor]) -> Tensor:
        return tf.keras.layers.Concatenate(name=self.named("cat"))(parts)


class Border(tf.keras.layers.ZeroPadding2D):
    """Below every number that a ReLU leaves, so that nothing is sent back to it. xplique copies no Lambda."""

    def call(self, x: Tensor) -> Tensor:
        return tf.pad(x, [(0, 0), *self.padding, (0, 0)], constant_values=-1)


def pool(x: Tensor) -> Tensor:
    return tf.keras.layers.MaxPool2D(3, 2)(x)


def squeezenet(parts: Parts, x: Tensor) -> Tensor:
    def fire(x: Tensor, path: str) -> Tensor:
        squeezed = parts.relu(parts.conv(x, f"{path}.squeeze"))
        small = parts.relu(parts.conv(squeezed, f"{path}.expand1x1"))
        return parts.cat([small, parts.relu(parts.conv(squeezed, f"{path}.expand3x3", padding=1))])

    x = parts.relu(parts.conv(x, "features.0", stride=2))
    for stage in ((3, 4), (6, 7), (9, 10, 11, 12)):
        x = pool(x)
        for number in stage:
            x = fire(x, f"features.{number}")
    return tf.keras.layers.GlobalAveragePooling2D()(parts.relu(parts.conv(x, "classifier.1")))


def resnet18(parts: Parts, x: Tensor) -> Tensor:
    def block(x: Tensor, path: str, stride: int) -> Tensor:
        y = parts.relu(parts.conv(x, f"{path}.conv1", stride, padding=1))
        y = parts.conv(y, f"{path}.conv2", padding=1)
        past = parts.conv(x, f"{path}.downsample.0", stride) if stride > 1 else x
        return parts.relu(tf.keras.layers.Add()([y, past]))

    x = pool(Border(1)(parts.relu(parts.conv(x, "conv1", stride=2, padding=3))))
    for stage in (1, 2, 3, 4):
        for number in (0, 1):
            x = block(x, f"layer{stage}.{number}", 2 if stage > 1 and number == 0 else 1)
    return parts.linear(tf.keras.layers.GlobalAveragePooling2D()(x), "fc")


NETWORKS: dict[str, Callable[[Parts, Tensor], Tensor]] = {"squeezenet1_1": squeezenet, "resnet18-dynamo": resnet18}
