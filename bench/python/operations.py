"""The group `operations` for PyTorch: results of one operation, or the gradients of a loss."""

import math

import numpy
import torch

from common import values

COUNT_OF_LARGEST = 32
HEADS = 4


def numbers_of(operand):
    """The numbers of an operand, as `operands.ts` makes them."""
    numbers = values(operand["name"], tuple(operand["shape"]), operand["bound"])
    if operand.get("isPositiveDefinite"):
        numbers = (numbers + numbers.T) / 2 + numpy.eye(len(numbers), dtype=numpy.float32) * (len(numbers) / 8)
    return torch.from_numpy(numpy.ascontiguousarray(numbers.astype(numpy.float32)))


def fingerprint(result):
    """A number by which a result is known, as that of `operands.ts`."""
    flat = result.detach().double().flatten()
    return (flat.clamp(min=0) * (1 + torch.arange(len(flat)) % 7)).sum().item()


def cross_entropy(logits):
    rows, classes = logits.shape
    return torch.nn.functional.cross_entropy(logits, 7 * torch.arange(rows) % classes, reduction="sum")


def lstm(x, *weights):
    rows, _, width = x.shape
    state = torch.zeros(1, rows, width)
    _, hidden, _ = torch._VF.lstm(x, (state, state), weights, True, 1, 0.0, True, False, True)
    return hidden.square().sum()


def attention(x, in_weight, in_bias, out_weight, out_bias):
    rows, length, width = x.shape
    q, k, v = (
        part.reshape(rows, length, HEADS, width // HEADS).transpose(1, 2)
        for part in torch.nn.functional.linear(x, in_weight, in_bias).chunk(3, 2)
    )
    weights = (q @ k.transpose(2, 3) / math.sqrt(width // HEADS)).softmax(3)
    seen = (weights @ v).transpose(1, 2).reshape(rows, length, width)
    return torch.nn.functional.linear(seen, out_weight, out_bias).square().sum()


PLAIN = {
    "einsum": lambda q, k: torch.einsum("bqhd,bkhd->bhqk", q, k),
    "sort": lambda x: x.sort(1).values,
    "topK": lambda x: x.topk(COUNT_OF_LARGEST, 1).values,
    "cumsum": lambda x: x.cumsum(1),
    "conv1d": lambda x, kernel: torch.nn.functional.conv1d(x, kernel, padding=1),
    "cholesky": torch.linalg.cholesky,
    "solve": torch.linalg.solve,
}
LOSSES = {"crossEntropy": cross_entropy, "lstm": lstm, "attention": attention}


def operations(spec, _):
    inputs = [numbers_of(operand) for operand in spec["operands"]]
    if spec["operation"] in PLAIN:
        compute = PLAIN[spec["operation"]]
        return lambda: compute(*inputs), lambda: fingerprint(compute(*inputs))
    loss = LOSSES[spec["operation"]]
    for tensor in inputs:
        tensor.requires_grad_(True)

    def gradients():
        return torch.autograd.grad(loss(*inputs), inputs)

    return gradients, lambda: sum(fingerprint(gradient) for gradient in gradients())
