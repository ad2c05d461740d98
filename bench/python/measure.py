"""Measures PyTorch: `measure.py FORM JOB` with the form of the attention heads, and the job as JSON; prints readings as JSON."""

import json
import math
import sys
import time

STARTED = time.perf_counter()
import torch  # noqa: E402  (the start-up is measured from here)

if __name__ == "__main__" and '"group":"start"' in sys.argv[2]:
    assert (torch.ones(8, 8) @ torch.ones(8, 8))[0, 0].item() == 8
    SECONDS_TO_START = time.perf_counter() - STARTED

from common import memory_grown, timed, values  # noqa: E402
from factorvae import FactorVae  # noqa: E402
from operations import operations  # noqa: E402


def tensor(name, shape, bound=1.0):
    return torch.from_numpy(values(name, shape, bound))


def matmul(spec, _):
    m, k, n, layout = spec["m"], spec["k"], spec["n"], spec["layout"]
    a = tensor("a", (k, m)).t() if layout == "TN" else tensor("a", (m, k))
    b = tensor("b", (n, k)).t() if layout == "NT" else tensor("b", (k, n))
    return lambda: a @ b, lambda: (a @ b).double().sum().item()


ELEMENTWISE = {
    "exp": torch.exp,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": torch.nn.functional.softplus,
    "mul": lambda x: x * x,
    "sum of rows": lambda x: x.sum(1),
    "softmax of rows": lambda x: x.softmax(1),
}


def elementwise(spec, _):
    x = tensor("x", (spec["count"] // 64, 64), 3)
    compute = ELEMENTWISE[spec["operation"]]
    return lambda: compute(x), lambda: compute(x).double().sum().item()


def gru(spec, _):
    hidden = spec["hidden"]
    unit = torch.nn.GRU(hidden, hidden, batch_first=True)
    bound = 1 / math.sqrt(hidden)
    for ours, theirs in {"weightIh": "weight_ih", "weightHh": "weight_hh", "biasIh": "bias_ih", "biasHh": "bias_hh"}.items():
        parameter = getattr(unit, f"{theirs}_l0")
        parameter.data = tensor(ours, tuple(parameter.shape), bound)
    x = tensor("x", (spec["stocks"], spec["steps"], hidden)).requires_grad_(True)
    inputs = [x, *unit.parameters()]

    def gradients():
        return torch.autograd.grad(unit(x)[1][0].square().mean(), inputs)

    return gradients, lambda: sum(gradient.abs().double().sum().item() for gradient in gradients())


def step(spec, form):
    sizes = {name: spec[name] for name in ("features", "hidden", "portfolios", "factors")}
    model = FactorVae(form, **sizes)
    features = tensor("features", (spec["stocks"], spec["steps"], spec["features"]))
    returns = tensor("returns", (spec["stocks"],), 2)
    optimizer = torch.optim.Adam(model.parameters, lr=1e-9)

    def run():
        optimizer.zero_grad()
        loss = model.loss(features, returns)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, lambda: model.loss(features, returns).item()


def overhead(spec, _):
    flat = tensor("x", (64,))
    square = flat.reshape(8, 8)
    compute = (lambda: flat + flat) if spec["operation"] == "add" else (lambda: square @ square)

    def run():
        for _ in range(100):
            compute()

    return run, None


def chain(spec, _):
    x, y = tensor("x", (64,)), tensor("y", (64,))

    def compute():
        value = x
        for _ in range(spec["length"] // 2):
            value = value * y + x
        return value

    def gradient():
        x.requires_grad_(True)
        return torch.autograd.grad(compute().sum(), x)[0]

    run = gradient if spec["backward"] else compute
    return run, lambda: run().double().sum().item()


def curvature(spec, _):
    shape = (spec["rows"], spec["width"])
    x, direction = tensor("x", shape).requires_grad_(True), tensor("v", shape)
    bound = 2 / math.sqrt(spec["width"])
    weights = [tensor(f"w{layer}", (spec["width"],) * 2, bound) for layer in (1, 2, 3)]

    def gradient(further):
        hidden = x
        for weight in weights:
            hidden = (hidden @ weight).tanh()
        return torch.autograd.grad(hidden.sum(), x, create_graph=further)[0]

    def product():
        return torch.autograd.grad((gradient(True) * direction).sum(), x)[0]

    run = product if spec["what"] == "hvp" else lambda: gradient(False)
    return run, lambda: run().double().sum().item()


CASES = {
    "matmul": matmul,
    "elementwise": elementwise,
    "operations": operations,
    "gru": gru,
    "step": step,
    "overhead": overhead,
    "chain": chain,
    "curvature": curvature,
}


def reading(job, spec, form):
    if job["group"] == "start":
        return {"median": SECONDS_TO_START, "least": SECONDS_TO_START}
    if job["group"] == "memory":
        run, _ = step(spec, form)
        grown = memory_grown(lambda: [run() for _ in range(3)])
        return {"median": grown, "least": grown}
    run, check = CASES[job["group"]](spec, form)
    found = {"check": check()} if check else {}
    return {**found, **timed(run, job["effort"])}


if __name__ == "__main__":
    form, job = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps([{"row": row["name"], **reading(job, row["spec"], form)} for row in job["rows"]]))
