"""FactorVAE in PyTorch, its attention heads in three forms; equations and names of parameters as in ours."""

import math

import torch
from torch.nn.functional import leaky_relu, linear, softplus

from common import values

SLOPE = 0.01
FLOOR = 1e-3


def shapes(features, hidden, portfolios, factors):
    """The shape of every parameter, by its name."""
    layers = {
        "extractor.projection": (hidden, features),
        "encoder.portfolio": (portfolios, hidden),
        "encoder.mean": (factors, portfolios),
        "encoder.std": (factors, portfolios),
        "decoder.alpha.hidden": (hidden, hidden),
        "decoder.alpha.mean": (1, hidden),
        "decoder.alpha.std": (1, hidden),
        "decoder.beta": (factors, hidden),
        "predictor.hidden": (hidden, hidden),
        "predictor.mean": (1, hidden),
        "predictor.std": (1, hidden),
    }
    found = {f"{name}.weight": shape for name, shape in layers.items()}
    found.update({f"{name}.bias": shape[:1] for name, shape in layers.items()})
    for side in ("Ih", "Hh"):
        found[f"extractor.gru.weight{side}"] = (3 * hidden, hidden)
        found[f"extractor.gru.bias{side}"] = (3 * hidden,)
    found["predictor.query"] = (factors, hidden)
    found["predictor.key"] = found["predictor.value"] = (factors, hidden, hidden)
    return found


def attention(products, squared_lengths, query):
    """Shares of the positive cosines over the stocks, from products with the query and squared lengths of the keys."""
    defined = squared_lengths > 0
    lengths = torch.where(defined, squared_lengths, torch.ones(())).sqrt() * query.norm(dim=-1)
    cosine = torch.where(defined, (products / lengths).clamp(min=0), torch.zeros(()))
    total = cosine.sum(0)
    even = torch.full((), 1 / products.shape[0])
    return torch.where(total > 0, cosine / torch.where(total > 0, total, torch.ones(())), even)


def seen_in_loop(embedding, queries, keys, values_):
    """Head after head, as the public code has them: keys and values of all stocks."""
    heads = []
    for query, key, value in zip(queries, keys, values_):
        own = linear(embedding, key)
        weights = attention(own @ query, (own * own).sum(1), query)
        heads.append(weights @ linear(embedding, value))
    return torch.stack(heads)


def seen_batched(embedding, query, key, value):
    """All heads at once, by batched products."""
    keys = torch.matmul(embedding, key.transpose(1, 2))
    weights = attention(torch.bmm(keys, query.unsqueeze(2)).squeeze(2).t(), (keys * keys).sum(2).t(), query)
    return torch.bmm(weights.t().unsqueeze(1), torch.matmul(embedding, value.transpose(1, 2))).squeeze(1)


def seen_collapsed(embedding, query, key, value):
    """`q (W e) = (W' q) e`, `W sum(a e)` instead of `sum(a W e)`, and lengths of keys by products with `W' W`."""
    directions = torch.bmm(query.unsqueeze(1), key).squeeze(1)
    hidden = embedding.shape[1]
    gram = torch.bmm(key.transpose(1, 2), key)
    upper = torch.triu_indices(hidden, hidden)
    twice = torch.where(upper[0] == upper[1], 1.0, 2.0)
    pairs = embedding[:, upper[0]] * embedding[:, upper[1]]
    lengths = (pairs @ (gram[:, upper[0], upper[1]] * twice).t()).clamp(min=0)
    weights = attention(embedding @ directions.t(), lengths, query)
    return torch.bmm(value, (weights.t() @ embedding).unsqueeze(2)).squeeze(2)


FORMS = {"loop": seen_in_loop, "batched": seen_batched, "collapsed": seen_collapsed}


class FactorVae:
    """The model, its weights set by their names."""

    def __init__(self, form, features, hidden, portfolios, factors):
        bound = 1 / math.sqrt(hidden)
        drawn = {
            name: torch.from_numpy(values(name, shape, 1.0 if name.endswith("query") else bound))
            for name, shape in shapes(features, hidden, portfolios, factors).items()
        }
        self.seen = FORMS[form]
        heads = ("predictor.query", "predictor.key", "predictor.value")
        # In a loop each head has parameters of its own.
        self.heads = [list(drawn.pop(name).unbind()) if form == "loop" else drawn.pop(name) for name in heads]
        self.recurrent = torch.nn.GRU(hidden, hidden, batch_first=True)
        for ours, theirs in {"weightIh": "weight_ih", "weightHh": "weight_hh", "biasIh": "bias_ih", "biasHh": "bias_hh"}.items():
            getattr(self.recurrent, f"{theirs}_l0").data = drawn.pop(f"extractor.gru.{ours}")
        self.weights = drawn
        flat = [head for part in self.heads for head in (part if isinstance(part, list) else [part])]
        self.parameters = [*drawn.values(), *flat, *self.recurrent.parameters()]
        for parameter in self.parameters:
            parameter.requires_grad_(True)

    def layer(self, name, x):
        return linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def distribution(self, name, x):
        """A mean, and a standard deviation of at least the floor."""
        return self.layer(f"{name}.mean", x), softplus(self.layer(f"{name}.std", x)).clamp(min=FLOOR)

    def loss(self, features, returns):
        """The negative evidence lower bound of one day: the likelihood with the posterior's moments, gamma = 1 / N."""
        embedding = self.recurrent(leaky_relu(self.layer("extractor.projection", features), SLOPE))[1][0]
        weights = torch.softmax(self.layer("encoder.portfolio", embedding), 0)
        mean, std = self.distribution("encoder", returns @ weights)
        heads = leaky_relu(self.layer("predictor.hidden", self.seen(embedding, *self.heads)), SLOPE)
        prior_mean, prior_std = (part.squeeze(1) for part in self.distribution("predictor", heads))
        hidden = leaky_relu(self.layer("decoder.alpha.hidden", embedding), SLOPE)
        alpha, own_std = (part.squeeze(1) for part in self.distribution("decoder.alpha", hidden))
        beta = self.layer("decoder.beta", embedding)
        expected = alpha + beta @ mean
        deviation = (own_std**2 + beta**2 @ std**2).sqrt()
        likelihood = (deviation.log() + 0.5 * ((returns - expected) / deviation) ** 2).mean() + 0.5 * math.log(2 * math.pi)
        divergence = (prior_std / std).log() + (std**2 + (mean - prior_mean) ** 2) / (2 * prior_std**2) - 0.5
        return likelihood + divergence.sum() / returns.shape[0]
