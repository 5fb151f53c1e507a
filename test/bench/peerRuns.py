"""Times what others take for methods of many runs, on two threads: Captum, pytorch-grad-cam, zennit.

    python peerRuns.py NAME...

Prints one JSON object: {name: {pytorchGradCam: {ablation}, captum: {integrated, occlusion}, zennit: {mwpInput}}} in milliseconds, the median of 3; occlusion and Ablation-CAM are timed
once, the latter on 1 of 32 channels of ResNet-50 and multiplied.
"""

import json
import statistics
import sys
import time

import torch
from captum.attr import IntegratedGradients, Occlusion
from export import model
from peers import layers, picture
from pytorch_grad_cam import AblationCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from zennit.attribution import Gradient
from zennit.composites import ExcitationBackprop
from zennit.torchvision import ResNetCanonizer, SequentialMergeBatchNorm, VGGCanonizer

STEPS, WINDOW, STRIDE = 20, 32, 16
SHARE = 32
canonizers = {"resnet50": ResNetCanonizer, "vgg16": VGGCanonizer}


def middle(work, repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(name: str) -> dict:
    net = model(name)
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    image = picture()
    windows = {"sliding_window_shapes": (3, WINDOW, WINDOW), "strides": (3, STRIDE, STRIDE), "baselines": 0}
    captum = {
        "integrated": middle(lambda: IntegratedGradients(net).attribute(image, target=1, n_steps=STEPS)),
        "occlusion": middle(lambda: Occlusion(net).attribute(image, target=1, perturbations_per_eval=8, **windows), 1),
    }
    result = {"captum": captum, "zennit": {"mwpInput": middle(lambda: excitation(net, name, image))}, "pytorchGradCam": {}}
    if name == "resnet50":
        method = AblationCAM(net, [layers[name](net)], ratio_channels_to_ablate=1 / SHARE)
        result["pytorchGradCam"]["ablation"] = SHARE * middle(lambda: method(image, [ClassifierOutputTarget(1)]), 1)
    return result


def excitation(net: torch.nn.Module, name: str, image: torch.Tensor) -> None:
    canonizer = canonizers.get(name, SequentialMergeBatchNorm)
    with Gradient(model=net, composite=ExcitationBackprop(canonizers=[canonizer()])) as attributor:
        attributor(image, torch.eye(1000)[[1]])


if __name__ == "__main__":
    torch.set_num_threads(2)
    print(json.dumps({name: measure(name) for name in sys.argv[1:]}))
