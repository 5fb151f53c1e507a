"""Writes src/explain/profile/labels/imagenet.json: the 1000 ImageNet-1k class names as torchvision spells them (BSD 3-Clause, see ThirdPartyNotices.txt).

    python media/make/labels.py     needs torchvision
"""

import json
from pathlib import Path

from torchvision.models._meta import _IMAGENET_CATEGORIES

assert len(_IMAGENET_CATEGORIES) == 1000
target = Path(__file__).parents[2] / "src/explain/profile/labels/imagenet.json"
target.write_text(json.dumps(_IMAGENET_CATEGORIES, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
print(f"{target}: {len(_IMAGENET_CATEGORIES)} names")
