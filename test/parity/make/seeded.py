"""Makes anew only the goldens that depend on Sightline's random numbers, noise.py; the others stay as they are. Usage: python seeded.py [NAME...]"""

import json
import sys

import activation
import gradient
import perturbation
from rows import GOLDEN, save
from subjects import subjects

FAMILIES = {"activation": activation.seeded, "perturbation": perturbation.seeded, "sampledGradient": gradient.seeded}


def is_seeded(row: dict) -> bool:
    return row["method"] in {"rise", "smoothGrad", "smoothGradCamPlusPlus"} or row.get("parameters", {}).get("baseline") == "uniform"


if __name__ == "__main__":
    for subject in subjects(sys.argv[1:]):
        for family, make_rows in FAMILIES.items():
            file = GOLDEN / family / f"{subject.name}.json"
            if not file.exists():
                continue
            rows = json.loads(file.read_text(encoding="utf-8"))
            places = [i for i, row in enumerate(rows) if is_seeded(row)]
            for i, row in zip(places, make_rows(subject), strict=True):
                rows[i] = row
            save(family, subject.name, rows)
