"""Times what others take for the same maps: PyTorch's forward pass, pytorch-grad-cam and Captum, on two threads.

    python peers.py NAME...

Prints one JSON object: {name: {forward, pytorchGradCam, captum}}, medians in milliseconds.
"""

import json
import statistics
import sys
import time

import torch
from captum.attr import LayerGradCam
from export import model
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

# The last spatial map, where Sightline reads by default.
layers = {
    "resnet50": lambda net: net.layer4[-1],
    "vgg16": lambda net: net.features[29],
    "mobilenet_v2": lambda net: net.features[-1],
    "squeezenet1_1": lambda net: net.classifier[2],
}


def median_time(work) -> float:
    times = []
    for _ in range(12):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[3:])


def measure(name: str) -> dict[str, float]:
    net = model(name)
    # Hooks of both tools cannot follow a Relu that overwrites its input.
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    layer = layers[name](net)
    image = torch.randn(1, 3, 224, 224)
    grad_cam = GradCAM(model=net, target_layers=[layer])
    captum = LayerGradCam(net, layer)

    def forward():
        with torch.no_grad():
            net(image)

    return {
        "forward": median_time(forward),
        "pytorchGradCam": median_time(lambda: grad_cam(image, [ClassifierOutputTarget(1)])),
        "captum": median_time(lambda: captum.attribute(image, target=1)),
    }


if __name__ == "__main__":
    torch.set_num_threads(2)
    print(json.dumps({name: measure(name) for name in sys.argv[1:]}))
