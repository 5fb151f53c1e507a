"""Exports torchvision architectures with seeded random weights to ONNX, as users export theirs.

    python export.py FOLDER NAME...

Writes FOLDER/NAME.onnx (weights inside the file) for every NAME that is not there yet. BatchNormalization gets the statistics
of one random batch, so that activations keep a natural size (vanishing ones would be timed as denormal numbers), and biases
are not zero (the exporter drops those that are, which no trained network has).
"""

import os
import sys

import torch
import torchvision


def model(architecture: str) -> torch.nn.Module:
    torch.manual_seed(0)
    net = getattr(torchvision.models, architecture)(weights=None)
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None  # running statistics = the plain mean of the batches seen
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(std=0.05)
        net.train()(torch.randn(8, 3, 224, 224))
    return net.eval()


def export(folder: str, name: str) -> None:
    path = os.path.join(folder, f"{name}.onnx")
    if os.path.exists(path):
        return
    os.makedirs(folder, exist_ok=True)
    partial = path + ".partial"
    torch.onnx.export(
        model(name),
        (torch.randn(2, 3, 224, 224),),
        partial,
        input_names=["input"],
        output_names=["output"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        external_data=False,
    )
    os.replace(partial, path)
    print(path)


if __name__ == "__main__":
    for name in sys.argv[2:]:
        export(sys.argv[1], name)
