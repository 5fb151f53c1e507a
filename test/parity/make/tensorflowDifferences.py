"""How far xplique's and tf-keras-vis' maps are from Sightline's where their formula is another: the figures of docs/methods. Usage: TF_USE_LEGACY_KERAS=1 python tensorflowDifferences.py [NAME...]

Sightline's side are the goldens of other tools that its tests hold it to. Each map is divided by its largest magnitude: what is printed is the correlation, and the largest difference.
"""

import json
import sys
from collections.abc import Iterable

import numpy as np
import tensorflow as tf
from kerasNetworks import NETWORKS, KerasSubject, subject
from riseMasks import masks
from rows import GOLDEN
from tensorflowTools import SCORE_CAM, UNSCALED, attributions, cams, each, planar, scorecam, xplique
from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus


def golden(name: str, family: str, method: str, layer: str) -> list[np.ndarray]:
    """Behind the ReLU, as the tools' maps are; those of a layer are kept wholly."""
    said = json.loads((GOLDEN / family / f"{name}.json").read_text(encoding="utf-8"))
    for one in said:
        if one["method"] == method and one.get("layer") == layer and one["stride"] == 1:
            return [np.maximum(values, 0).reshape(one["dims"]) for values in map(np.array, one["maps"])]
    return []


def compare(what: str, theirs: Iterable[np.ndarray], ours: Iterable[np.ndarray]) -> None:
    """Nothing where the other tool was not asked."""
    told = []
    for a, b in zip(theirs, ours):
        a, b = (np.asarray(one, np.float64) / np.abs(one).max() for one in (a, b))
        told.append(f"{np.corrcoef(a.ravel(), b.ravel())[0, 1]:.4f} {np.abs(a - b).max():.1e}")
    if told:
        print(f"{what:60s}", " | ".join(told), flush=True)


def plus_plus(of: KerasSubject) -> None:
    small = {**UNSCALED, "activation_modifier": tf.nn.relu}
    for layer in of.layers:
        ours = golden(of.name, "activation", "gradCamPlusPlus", layer)
        compare(f"{of.name} {layer} xplique GradCAMPP", cams(attributions.GradCAMPP, of, layer), ours)
        compare(f"{of.name} {layer} tf-keras-vis GradcamPlusPlus", each(of.classes, lambda score: GradcamPlusPlus(of.net)(score, of.x, layer, **small)), ours)


def fem(of: KerasSubject) -> None:
    for layer in of.layers:
        compare(f"{of.name} {layer} xplique FEM", cams(attributions.FEM, of, layer)[:1], golden(of.name, "activation", "fem", layer))


def midpoints(of: KerasSubject, index: int, steps: int) -> np.ndarray:
    """Integrated gradients as Sightline has them."""
    points = (np.arange(steps, dtype=of.x.dtype) + 0.5)[:, None, None, None] / steps
    with tf.GradientTape() as tape:
        images = tf.constant(of.x * points)
        tape.watch(images)
        score = tf.reduce_sum(of.net(images)[:, index])
    return planar(of.x * tf.reduce_mean(tape.gradient(score, images), 0))


def integrated_gradients(of: KerasSubject) -> None:
    trapezoid = xplique(attributions.IntegratedGradients, of, of.classes, reducer=None)
    ours = [midpoints(of, index, 32) for index in of.classes]
    compare(f"{of.name} xplique IntegratedGradients", trapezoid, ours)
    change = (of.net(of.x) - of.net(np.zeros_like(of.x)))[0].numpy()[of.classes]
    for who, maps in (("xplique", trapezoid), ("ours", ours)):
        gaps = (f"{abs(one.sum() - whole):.3f} of {whole:.3f}" for one, whole in zip(maps, change))
        print(f"{of.name} completeness gap, {who:40s}", " | ".join(gaps))


def score_cam(of: KerasSubject) -> None:
    layer = SCORE_CAM[of.name]
    options = {**UNSCALED, "activation_modifier": tf.nn.relu}
    plain = each(of.classes, lambda score: scorecam.Scorecam(of.net)(score, of.x, layer, **options))
    said = json.loads((GOLDEN / "tensorflow" / f"{of.name}.json").read_text(encoding="utf-8"))
    [ours] = [one for one in said if one["method"] == "scoreCam"]
    compare(f"{of.name} {layer} tf-keras-vis Scorecam, softmax over classes", plain, [np.reshape(one, ours["dims"]) for one in ours["maps"]])


def rise(of: KerasSubject, count: int) -> None:
    """Of the predicted class: over the same masks, and with masks of its own."""
    index, side = of.classes[0], of.x.shape[1]

    def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Σ y·m and Σ m."""
        made = masks(side, count, 7, 0.5, seed).astype(of.x.dtype)
        scores = [of.net(some[..., None] * of.x)[:, index].numpy() for some in np.split(made, count // 20)]
        return np.tensordot(np.concatenate(scores), made, 1), made.sum(0)

    (sums, shown), (others, others_shown) = drawn(0), drawn(1)
    its = [xplique(attributions.Rise, of, [index], nb_samples=count)[0] for _ in range(2)]
    compare(f"{of.name} Rise, {count} masks, divided by their sum", [sums / shown], [sums])
    compare(f"{of.name} Rise, {count} masks, two seeds, ours", [others], [sums])
    compare(f"{of.name} Rise, {count} masks, two seeds, divided by their sums", [others / others_shown], [sums / shown])
    compare(f"{of.name} Rise, {count} masks, two seeds, xplique", its[:1], its[1:])
    compare(f"{of.name} Rise, {count} masks, xplique and ours", its[:1], [sums])


if __name__ == "__main__":
    tf.config.run_functions_eagerly(True)
    tf.keras.utils.disable_interactive_logging()
    for name in sys.argv[1:] or NETWORKS:
        of = subject(name, "float32")
        plus_plus(of)
        fem(of)
        score_cam(of)
        integrated_gradients(of)
        rise(of, 1000)
