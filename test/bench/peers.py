"""Times what others take for the same maps: PyTorch's forward pass, pytorch-grad-cam and Captum, on two threads.

    python peers.py NAME...

Prints one JSON object: {name: {forward, pytorchGradCam: {top1, top5, guided}, captum: {top1, top5, saliency, guided, deconvnet}}}, medians in
milliseconds. Both tools explain one class a call.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import torch
from captum.attr import Deconvolution, GuidedBackprop, LayerGradCam, Saliency
from export import model
from PIL import Image
from pytorch_grad_cam import GradCAM, GuidedBackpropReLUModel
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchvision import transforms

# The last spatial map, where Sightline reads by default.
layers = {
    "resnet50": lambda net: net.layer4[-1],
    "vgg16": lambda net: net.features[29],
    "mobilenet_v2": lambda net: net.features[-1],
    "squeezenet1_1": lambda net: net.classifier[2],
}


def picture() -> torch.Tensor:
    """The demo's picture that Sightline is measured with, [1, 3, 224, 224]."""
    demo = Path(__file__).parents[2] / "media" / "demo" / "images"
    prepare = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    return prepare(Image.open(demo / "balloon-over-the-meadow.jpg").convert("RGB"))[None]


def median_time(work) -> float:
    times = []
    for _ in range(12):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[3:])


def measure(name: str) -> dict:
    net = model(name)
    # Hooks of both tools cannot follow a Relu that overwrites its input.
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    layer = layers[name](net)
    image = picture()
    grad_cam = GradCAM(model=net, target_layers=[layer])
    layer_grad_cam = LayerGradCam(net, layer)
    five = range(1, 6)

    def forward():
        with torch.no_grad():
            net(image)

    def leaf() -> torch.Tensor:
        return image.clone().requires_grad_()

    result = {"forward": median_time(forward)}
    result["pytorchGradCam"] = {
        "top1": median_time(lambda: grad_cam(image, [ClassifierOutputTarget(1)])),
        "top5": median_time(lambda: [grad_cam(image, [ClassifierOutputTarget(c)]) for c in five]),
    }
    grad_cam.activations_and_grads.release()
    result["captum"] = {
        "top1": median_time(lambda: layer_grad_cam.attribute(image, target=1)),
        "top5": median_time(lambda: [layer_grad_cam.attribute(image, target=c) for c in five]),
        "saliency": median_time(lambda: Saliency(net).attribute(leaf(), target=1)),
        "deconvnet": median_time(lambda: Deconvolution(net).attribute(leaf(), target=1)),
        "guided": median_time(lambda: GuidedBackprop(net).attribute(leaf(), target=1)),
    }
    # Last: it replaces the network's modules.
    guided = GuidedBackpropReLUModel(model=net, device="cpu")
    result["pytorchGradCam"]["guided"] = median_time(lambda: guided(leaf(), 1))
    return result


if __name__ == "__main__":
    torch.set_num_threads(2)
    print(json.dumps({name: measure(name) for name in sys.argv[1:]}))
