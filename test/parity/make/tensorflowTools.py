"""Goldens of the tools for TensorFlow, xplique and tf-keras-vis, where their formula is Sightline's. Where it is another, tensorflowDifferences.py tells how far they are apart.

Usage: TF_USE_LEGACY_KERAS=1 python tensorflowTools.py [NAME...], in the environment that README.md tells of. What a tool does after the map (enlarging, scaling to 0–1) is left out. xplique computes in float32.
Maps in input space are of the predicted class, for a file has a limit.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from unittest.mock import patch

import noise
import numpy as np
import tensorflow as tf
from kerasNetworks import NETWORKS, KerasSubject, subject
from riseMasks import masks
from rows import GOLDEN, row, save
from tf_keras_vis import saliency as vis_saliency
from tf_keras_vis import scorecam
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.layercam import Layercam
from tf_keras_vis.utils.model_modifiers import GuidedBackpropagation
from xplique import attributions

XPLIQUE, VIS = f"xplique {version('xplique')}", f"tf-keras-vis {version('tf-keras-vis')}"
NOISES = {"mean": attributions.SmoothGrad, "squared": attributions.SquareGrad, "variance": attributions.VarGrad}
Score = Callable[[tf.Tensor], tf.Tensor]


def noises(name: str) -> list[dict]:
    """Parameters of SmoothGrad that gradient.py asks with: their noise leaves the map steady."""
    rows = json.loads((GOLDEN / "sampledGradient" / f"{name}.json").read_text(encoding="utf-8"))
    return [one["parameters"] for one in rows if one["method"] == "smoothGrad"]


def draws(of: KerasSubject, count: int, seed: int) -> np.ndarray:
    """[count,H,W,3]: our noise."""
    _, height, width, channels = of.x.shape
    numbers = np.stack([noise.normal(seed, part, of.x.size) for part in range(count)])
    return numbers.reshape(count, channels, height, width).transpose(0, 2, 3, 1)


def planar(answer: np.ndarray | tf.Tensor) -> np.ndarray:
    """[1,H,W,C] → [C,H,W], [1,H,W,1] and [1,H,W] → [H,W]"""
    found = np.asarray(answer)[0]
    return found.squeeze(-1) if found.shape[-1] == 1 else found.transpose(2, 0, 1) if found.ndim == 3 else found


def xplique(kind: type, of: KerasSubject, classes: list[int], **options) -> list[np.ndarray]:
    explainer = kind(of.net, **options)
    return [planar(explainer(of.x, tf.one_hot([index], of.net.output.shape[-1]))) for index in classes]


def gradients(of: KerasSubject) -> list[dict]:
    classes = of.classes[:1]
    with patch.object(tf, "abs", lambda x: x):
        signed = xplique(attributions.Saliency, of, classes, reducer=None)
    return [
        row("saliency", signed, classes, f"{XPLIQUE} Saliency before the magnitude"),
        *(
            row(method, xplique(kind, of, classes, reducer=None), classes, f"{XPLIQUE} {kind.__name__}")
            for method, kind in (
                ("gradientTimesInput", attributions.GradientInput),
                ("deconvnet", attributions.DeconvNet),
                ("guidedBackprop", attributions.GuidedBackprop),
            )
        ),
    ]


def smooth(of: KerasSubject) -> Iterator[dict]:
    for parameters in noises(of.name):
        mode, samples = parameters.get("mode", "mean"), parameters["samples"]
        drawn = draws(of, samples, parameters.get("seed", 0))
        deviation = parameters.get("noise", 0.15) * np.ptp(of.x)
        with patch.object(tf.random, "normal", lambda _shape, _mean, deviation, dtype: tf.cast(drawn * deviation, dtype)):
            maps = xplique(NOISES[mode], of, of.classes[:1], reducer=None, nb_samples=samples, noise=deviation)
        told = f"{XPLIQUE} {NOISES[mode].__name__} with our noise"
        if mode == "variance":
            maps, told = [one * (samples - 1) / samples for one in maps], f"{told}, times (n - 1)/n"
        yield row("smoothGrad", maps, of.classes[:1], told, parameters=parameters)


def occlusion(of: KerasSubject, window: int, stride: int, fill: str = "zero") -> dict:
    value = of.x.mean((0, 1, 2)) if fill == "mean" else 0.0
    maps = xplique(attributions.Occlusion, of, of.classes[:1], patch_size=window, patch_stride=stride, occlusion_value=value)
    covers = covering(of.x.shape[1], window, stride)
    told = f"{XPLIQUE} Occlusion" + ("" if stride == window else " divided by the number of windows that cover a pixel")
    return row("occlusion", [one / covers for one in maps], of.classes[:1], told, parameters={"window": window, "stride": stride, "fill": fill})


def covering(side: int, window: int, stride: int) -> np.ndarray:
    """[side,side]: how many windows cover a pixel, where they fill the image."""
    assert (side - window) % stride == 0
    along = np.zeros(side)
    for start in range(0, side - window + 1, stride):
        along[start : start + window] += 1
    return np.outer(along, along)


def probability(net: tf.keras.Model, x: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.nn.softmax(net(x)) * targets, axis=-1)


def rise(of: KerasSubject, score: str, **parameters) -> dict:
    """The tool divides by the sum of the masks, pixel by pixel; that is taken back."""
    made = masks(of.x.shape[1], parameters["masks"], parameters["cells"], parameters["keep"], parameters["seed"])[..., None]
    given = patch.object(attributions.Rise, "_get_masks", staticmethod(lambda *_: tf.constant(made, tf.float32)))
    applied = patch.object(attributions.Rise, "_apply_masks", staticmethod(lambda x, some, _value: (some * x, some)))
    with given, applied:
        operator = probability if score == "probability" else None
        maps = xplique(attributions.Rise, of, of.classes[:1], nb_samples=len(made), operator=operator)
    shown = made[..., 0].sum(0) + attributions.Rise.EPSILON
    told = f"{XPLIQUE} Rise with our masks, times their sum, divided by N p"
    return row("rise", [one * shown / len(made) / parameters["keep"] for one in maps], of.classes[:1], told, parameters=parameters, score=score)


def cams(kind: type, of: KerasSubject, layer: str) -> list[np.ndarray]:
    """Of xplique, before it enlarges the map."""
    with patch.object(tf.image, "resize", lambda image, *_, **__: image):
        return xplique(kind, of, of.classes, conv_layer=layer)


def of_xplique(of: KerasSubject) -> list[dict]:
    return [
        *gradients(of),
        *smooth(of),
        *(occlusion(of, *windows) for windows in ((16, 16), (32, 16), (24, 24, "mean"))),
        rise(of, "logit", masks=40, cells=7, keep=0.5, seed=2),
        rise(of, "probability", masks=40, cells=4, keep=0.3, seed=5),
        *(row("gradCam", cams(attributions.GradCAM, of, layer), of.classes, f"{XPLIQUE} GradCAM", layer, finished=True) for layer in of.layers),
    ]


def each(classes: list[int], ask: Callable[[Score], np.ndarray]) -> list[np.ndarray]:
    return [planar(ask(lambda output, index=index: output[:, index])) for index in classes]


RAW = {"keepdims": True, "gradient_modifier": None, "normalize_map": False}
UNSCALED = {"seek_penultimate_conv_layer": False, "expand_cam": False, "normalize_cam": False}
"""At a layer that is asked for by name, which the tool would pass over for the convolution before."""
SIGNED = {**UNSCALED, "activation_modifier": None}


def of_vis(of: KerasSubject) -> list[dict]:
    plain, guided = vis_saliency.Saliency(of.net), vis_saliency.Saliency(of.net, GuidedBackpropagation())
    one = of.classes[:1]
    made = [
        row("saliency", each(one, lambda score: plain(score, of.x, **RAW)), one, f"{VIS} Saliency before the magnitude"),
        row("guidedBackprop", each(one, lambda score: guided(score, of.x, **RAW)), one, f"{VIS} Saliency, GuidedBackpropagation"),
    ]
    for method, kind in (("gradCam", Gradcam), ("layerCam", Layercam)):
        for layer in of.layers:
            maps = each(of.classes, lambda score: kind(of.net)(score, of.x, layer, **SIGNED))
            made.append(row(method, maps, of.classes, f"{VIS} {kind.__name__}", layer))
    return [*made, *vis_smooth(of), vis_score_cam(of)]


def vis_smooth(of: KerasSubject) -> Iterator[dict]:
    modifiers = {"mean": None, "squared": tf.square}
    for parameters in noises(of.name):
        mode, samples = parameters.get("mode", "mean"), parameters["samples"]
        if mode in modifiers:
            drawn = draws(of, samples, parameters.get("seed", 0))[:, None]
            options = {**RAW, "gradient_modifier": modifiers[mode], "smooth_samples": samples, "smooth_noise": parameters.get("noise", 0.15)}
            with patch.object(np.random, "normal", lambda _mean, sigma, _shape: drawn * np.asarray(sigma)):
                maps = each(of.classes[:1], lambda score: vis_saliency.Saliency(of.net)(score, of.x, **options))
            yield row("smoothGrad", maps, of.classes[:1], f"{VIS} Saliency with our noise", parameters=parameters)


SCORE_CAM = {"squeezenet1_1": "cat_4", "resnet18-dynamo": "relu_8"}


def vis_score_cam(of: KerasSubject) -> dict:
    """The tool's masks and scores; where it has a softmax over the classes, the paper has one over the channels."""
    layer, dot = SCORE_CAM[of.name], scorecam.K.batch_dot

    def weighted(activations: np.ndarray, scores: np.ndarray) -> tf.Tensor:
        return dot(activations, tf.nn.softmax(tf.cast(scores, activations.dtype), axis=-1))

    with patch.object(scorecam.K, "softmax", lambda x: x), patch.object(scorecam.K, "batch_dot", weighted):
        maps = each(of.classes, lambda score: scorecam.Scorecam(of.net)(score, of.x, layer, **SIGNED))
    return row("scoreCam", maps, of.classes, f"{VIS} Scorecam with its softmax over channels instead of classes", layer)


if __name__ == "__main__":
    tf.config.run_functions_eagerly(True)  # so that what is put in place of a function is called
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.keras.utils.disable_interactive_logging()
    (GOLDEN / "tensorflow").mkdir(exist_ok=True)
    for name in sys.argv[1:] or NETWORKS:
        save("tensorflow", name, [*of_xplique(subject(name, "float32")), *of_vis(subject(name, "float64"))])
