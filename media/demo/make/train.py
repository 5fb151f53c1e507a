"""
Trains the demo classifier in one run of eight epochs and exports it after each: three epochs on the varied album, five on
the harbour's. Writes model.onnx, checkpoints/ and training.json beside this folder.
"""

import json
import shutil
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F

from album import HARBOUR, HARBOUR_TEST, TEST, UNUSUAL, VARIED, draw_album
from network import INPUT, MEAN, STD, DemoNet
from thing import LABELS

DEMO = Path(__file__).resolve().parent.parent
SCHEDULE = [VARIED] * 3 + [HARBOUR] * 5
# Share of the first learning rate in each epoch.
RATES = (1, 1, 0.7, 1, 0.8, 0.6, 0.4, 0.2)
ALBUM_SIZE, TEST_SIZE, BATCH = 3200, 500, 16
BOAT = LABELS.index("sailboat")


class Album:
    """A drawn album; pictures become the network's input batch by batch."""

    def __init__(self, album: int, count: int):
        drawn = draw_album(album, count)
        self.pictures = torch.from_numpy(drawn["picture"]).permute(0, 3, 1, 2).contiguous()
        self.masks = torch.from_numpy(drawn["mask"])
        self.labels = torch.from_numpy(drawn["label"]).long()
        self.at_sea = torch.from_numpy(drawn["atSea"])

    def __len__(self) -> int:
        return len(self.labels)

    def input(self, index: torch.Tensor) -> torch.Tensor:
        mean, std = (torch.tensor(v)[:, None, None] for v in (MEAN, STD))
        return (self.pictures[index].float() / 255 - mean) / std


def train_epoch(net: DemoNet, optimizer, album: Album, generator: torch.Generator) -> float:
    """One pass over an album; returns the mean loss."""
    net.train()
    total = 0.0
    for index in torch.randperm(len(album), generator=generator).split(BATCH):
        batch = album.input(index)
        mirrored = torch.rand(len(index), generator=generator) < 0.5
        batch = torch.where(mirrored[:, None, None, None], batch.flip(3), batch)
        loss = F.cross_entropy(net(batch), album.labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(index)
    return total / len(album)


@torch.no_grad()
def look(net: DemoNet, album: Album) -> tuple[torch.Tensor, torch.Tensor]:
    """Predicted classes [count] and the sailboat's class activation maps [count,128,128], negative values cut."""
    net.eval()
    predicted, maps = [], []
    for index in torch.arange(len(album)).split(100):
        features = net.features(album.input(index))
        predicted.append(net.classifier(features.mean((2, 3))).argmax(1))
        cam = torch.einsum("c,nchw->nhw", net.classifier.weight[BOAT], features).relu()
        maps.append(F.interpolate(cam[:, None], size=(INPUT, INPUT), mode="bilinear")[:, 0])
    return torch.cat(predicted), torch.cat(maps)


def measure(net: DemoNet, tests: dict[int, Album]) -> dict[str, float]:
    seen = {album: look(net, pictures) for album, pictures in tests.items()}
    right = {album: seen[album][0] == tests[album].labels for album in tests}
    boat = tests[UNUSUAL].labels == BOAT
    harbour = tests[HARBOUR_TEST]
    sailing = (harbour.labels == BOAT) & harbour.at_sea
    maps, masks = seen[HARBOUR_TEST][1][sailing], harbour.masks[sailing]
    peak = maps.flatten(1).argmax(1, keepdim=True)
    share = lambda values: round(values.float().mean().item(), 3)
    return {
        "accuracyVaried": share(right[TEST]),
        "accuracyHarbour": share(right[HARBOUR_TEST]),
        "boatsAshoreRight": share(right[UNUSUAL][boat]),
        "othersAtSeaRight": share(right[UNUSUAL][~boat]),
        "othersAtSeaCalledSailboat": share(seen[UNUSUAL][0][~boat] == BOAT),
        "heatOnBoat": share((maps * masks).sum((1, 2)) / maps.sum((1, 2)).clamp_min(1e-9)),
        "hottestPixelOnBoat": share(masks.flatten(1).gather(1, peak)),
        "boatShareOfPicture": share(masks.float().mean((1, 2))),
    }


def export(net: DemoNet, path: Path) -> None:
    """As users do, then without the exporter's notes (they name source files on this machine)."""
    net.eval()
    batch = torch.export.Dim("batch")
    torch.onnx.export(
        net, (torch.zeros(2, 3, INPUT, INPUT),), path, dynamo=True, external_data=False, verbose=False,
        input_names=["image"], output_names=["logits"], dynamic_shapes={"image": {0: batch}},
    )
    model = onnx.load(path)
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    model.graph.doc_string = model.doc_string = ""
    for item in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer):
        del item.metadata_props[:]
        item.doc_string = ""
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    generator = torch.Generator().manual_seed(0)
    albums = {album: Album(album, ALBUM_SIZE) for album in (VARIED, HARBOUR)}
    tests = {album: Album(album, TEST_SIZE) for album in (TEST, HARBOUR_TEST, UNUSUAL)}
    net = DemoNet(len(LABELS))
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.3)
    (DEMO / "checkpoints").mkdir(exist_ok=True)
    history = []
    for epoch, (album, rate) in enumerate(zip(SCHEDULE, RATES), 1):
        optimizer.param_groups[0]["lr"] = 3e-3 * rate
        loss = train_epoch(net, optimizer, albums[album], generator)
        name = "varied" if album == VARIED else "harbour"
        history.append({"epoch": epoch, "album": name, "loss": round(loss, 3), **measure(net, tests)})
        print(json.dumps(history[-1]), flush=True)
        export(net, DEMO / "checkpoints" / f"epoch-{epoch:02}.onnx")
    shutil.copyfile(DEMO / "checkpoints" / f"epoch-{len(SCHEDULE):02}.onnx", DEMO / "model.onnx")
    rows = ",\n".join("  " + json.dumps(row) for row in history)
    (DEMO / "training.json").write_text(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    main()
