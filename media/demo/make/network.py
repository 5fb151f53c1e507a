"""The classifier: five convolutions, global average pooling, one linear layer."""

import torch
from torch import nn

INPUT = 128
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def block(inputs: int, outputs: int, stride: int, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, groups=groups, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class DemoNet(nn.Module):
    """[N,3,128,128] → [N,4] logits; the last map is 16×16."""

    def __init__(self, classes: int):
        super().__init__()
        self.features = nn.Sequential(block(3, 12, 2), block(12, 20, 2), block(20, 28, 1), block(28, 36, 2), block(36, 32, 1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(32, classes)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.pool(self.features(image)).flatten(1))
