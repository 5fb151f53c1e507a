"""Goldens of the gradient family in input space. Usage: python gradient.py [NAME...]"""

import captum
from captum.attr import Saliency
from subjects import Subject, row, write

CAPTUM = f"captum {captum.__version__}"


def saliency(subject: Subject) -> dict:
    x = subject.x.clone().requires_grad_()
    method = Saliency(subject.net)
    maps = [method.attribute(x, target=index, abs=False)[0].detach().numpy() for index in subject.classes]
    return row("saliency", maps, subject.classes, f"{CAPTUM} Saliency(abs=False)")


def rows(subject: Subject) -> list[dict]:
    # On the way from its input to its first layers ResNet-50 has a unit so near 0 that float32 decides.
    if subject.name == "resnet50":
        return []
    return [saliency(subject)]


if __name__ == "__main__":
    write("gradient", rows)
