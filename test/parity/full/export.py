"""Exports architectures with seeded random weights as users export theirs, and writes beside each what PyTorch computes.

    python export.py FOLDER < TASKS

Each line of TASKS is `LIBRARY/NAME EXPORTER OPSET DYNAMIC SEED`: EXPORTER is `torchscript` or `dynamo`, OPSET a number or `default`, DYNAMIC `true` where the
batch gets a name, SEED that of the first input tried. Each is answered by one line of JSON: what was written to FOLDER/NAME.EXPORTER, or why nothing could be.
"""

import json
import logging
import os
import signal
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from torch import nn

sys.path.append(str(Path(__file__).parent.parent / "make"))
from fill import fill, from_torch  # noqa: E402
from reference import Recorder, forward, grad_cams, graph_values, grid_of, input_gradient, match  # noqa: E402

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")
LIMIT = 600
"""Seconds for one model."""
NOISE, STEADY = 1e-6, 2e-4
"""Noise in the input of a size that single precision rounds away, and how far it may move PyTorch's own input gradient."""
SEEDS, PATIENCE = 6, 30
"""Inputs tried, and seconds after which no further one is."""
OTHERS = [1, 7]
"""Classes explained besides the predicted one."""


def build(name: str) -> tuple[nn.Module, int]:
    """The network and the side of its square images."""
    library, architecture = name.split("/")
    if library == "torchvision":
        options = {"aux_logits": False, "init_weights": False} if architecture in ("googlenet", "inception_v3") else {}
        net = getattr(torchvision.models, architecture)(weights=None, **options)
        return net.eval(), {"inception_v3": 299}.get(architecture, 224)
    net = timm.create_model(architecture, num_classes=1000)
    return net.eval(), net.pretrained_cfg["input_size"][-1]


def export(net: nn.Module, x: torch.Tensor, path: str, exporter: str, opset: str, dynamic: bool) -> None:
    sample = x.repeat(2, 1, 1, 1) if dynamic else x
    options: dict = {} if opset == "default" else {"opset_version": int(opset)}
    if exporter == "dynamo":
        options |= {"external_data": False}
        if dynamic:
            options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
    elif dynamic:
        options["dynamic_axes"] = {"input": {0: "batch"}, "output": {0: "batch"}}
    names = {"input_names": ["input"], "output_names": ["output"]}
    torch.onnx.export(net, (sample,), path, dynamo=exporter == "dynamo", verbose=False, **names, **options)


def steady_input(net: nn.Module, side: int, first: int) -> tuple[torch.Tensor, dict]:
    """The input of a few at which single precision is nearest to double: large networks have a unit near 0 for every one of them."""
    best = None
    started = time.time()
    for seed in range(first, first + SEEDS):
        x = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(seed))
        top = answers(net, x)
        if best is None or top["single"] < best[1]["single"]:
            best = x, top
        if top["single"] < STEADY or time.time() - started > PATIENCE:
            break
    return best


def answers(net: nn.Module, x: torch.Tensor) -> dict:
    """Logits and input gradient of the predicted class, and how far single precision is off, of the gradient's largest value."""
    with torch.no_grad():
        index = int(forward(net.float(), x)[0].argmax())
    singles = [input_gradient(net, x + noise * torch.randn_like(x), index) for noise in (0, NOISE, NOISE)]
    try:
        logits, exact = input_gradient(net.double(), x.double(), index)
    except RuntimeError:
        # Some networks name float32 in their code.
        net.float()
        logits, exact = singles[0]
    single = max(float((gradient - exact).abs().max() / exact.abs().max()) for _, gradient in singles)
    return {"logits": logits, "gradient": exact, "index": index, "single": single, "precision": logits.dtype}


def make(name: str, exporter: str, opset: str, dynamic: bool, seed: int, folder: Path) -> dict:
    torch.manual_seed(0)
    timm.layers.set_fused_attn(exporter == "dynamo")
    torch.backends.mha.set_fastpath_enabled(exporter == "dynamo")
    net, side = build(name)
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    fill(net, torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(99)), from_torch)
    x, top = steady_input(net, side, seed)
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "model.onnx")
    net.float()
    started = time.time()
    export(net, x, path, exporter, opset, dynamic)
    exported = time.time() - started
    precision = top["precision"]
    net.to(precision)
    with Recorder() as recorder:
        input_ = x.to(precision).requires_grad_()
        logits = forward(net, input_)
    values = list(recorder.values.values())
    graph_logits, maps, makers = graph_values(path, x.numpy())
    found = match(recorder, maps, makers)
    wanted = sorted(set(found.values()))
    classes = [top["index"], *(index for index in OTHERS if index != top["index"])]
    stacks = dict(zip(wanted, grad_cams(logits, [values[i] for i in wanted], classes)))
    layers, data = [], [top["gradient"].float().numpy().ravel()]
    offset = data[0].size
    for tensor, i in found.items():
        stack = stacks[i].astype(np.float32)
        grid = grid_of(tuple(values[i].shape))
        layers.append({"name": tensor, "channels": grid.channels, "height": grid.side, "width": grid.side, "offset": offset, "telling": bool(np.isfinite(stack).all())})
        data.append(stack.ravel())
        offset += stack.size
    np.concatenate(data).tofile(folder / "golden.bin")
    np.save(folder / "input.npy", x.numpy())
    exact = logits.detach()[0].double().numpy()
    golden = {
        **{"name": name, "exporter": exporter, "opset": opset, "dynamic": dynamic, "side": side, "classes": classes},
        "logits": [float(value) for value in exact[classes]],
        "precision": str(precision).removeprefix("torch."),
        "singleError": top["single"],
        "exportError": float(np.abs(graph_logits - exact).max() / np.abs(exact).max()),
        "layers": layers,
        "matched": f"{len(found)} of {len(maps)}",
        "seconds": {"export": round(exported, 1), "all": round(time.time() - started, 1)},
    }
    (folder / "golden.json").write_text(json.dumps(golden))
    return {"folder": str(folder), "matched": golden["matched"], "single": top["single"], "export": golden["exportError"], **golden["seconds"]}


def timed_out(*_) -> None:
    raise TimeoutError(f"took longer than {LIMIT} s")


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the exporters print
    torch.set_num_threads(int(os.environ.get("PARITY_THREADS", "1")))
    signal.signal(signal.SIGALRM, timed_out)
    for line in sys.stdin:
        name, exporter, opset, dynamic, seed = line.split()
        folder = Path(sys.argv[1]) / f"{name.replace('/', '.')}.{exporter}"
        signal.alarm(LIMIT)
        try:
            answer = make(name, exporter, opset, dynamic == "true", int(seed), folder)
        except Exception as error:  # an exporter may raise anything
            answer = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:600]}
        signal.alarm(0)
        print(json.dumps({"name": name, "exporter": exporter, **answer}), file=answers, flush=True)


if __name__ == "__main__":
    main()
