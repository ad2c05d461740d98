"""Measures pandas: `features.py JOB` with the job as JSON: from a prices file to the features of Alpha158; prints readings."""

import json
import os
import sys
import tempfile
import time

import numpy
import pandas

from common import values

EPSILON = 1e-12
LENGTHS = (5, 10, 20, 30, 60)


def prices(stocks, days):
    """The same file that `libraries/ours/features.ts` writes."""
    dates = numpy.datetime64("1970-01-01") + numpy.arange(15_000, 15_000 + days)
    parts = []
    for n in range(stocks):
        symbol = f"S{n:04d}"
        move, gap, up, down, trade = (
            values(f"{part} of {symbol}", (days,)).astype(float) for part in ("move", "gap", "up", "down", "trade")
        )
        close = 40 * numpy.exp(numpy.cumsum(move * 0.03))
        opening = close * (1 + 0.01 * gap)
        high = numpy.maximum(opening, close) * (1.01 + 0.01 * up)
        low = numpy.minimum(opening, close) * (0.99 + 0.01 * down)
        bars = {"open": opening, "high": high, "low": low, "close": close}
        volume = numpy.floor(1e6 * (1.5 + trade)).astype(int)
        vwap = (high + low + 2 * close) / 4
        parts.append(pandas.DataFrame({"date": dates, "symbol": symbol, **bars, "volume": volume, "vwap": vwap}))
    return pandas.concat(parts)


def features(bars):
    """All features of one stock, as anybody would write them with pandas."""
    opening, high, low, close, volume = (bars[name] for name in ("open", "high", "low", "close", "volume"))
    span = high - low + EPSILON
    top, bottom = numpy.maximum(opening, close), numpy.minimum(opening, close)
    found = {
        "KMID": (close - opening) / opening,
        "KLEN": (high - low) / opening,
        "KMID2": (close - opening) / span,
        "KUP": (high - top) / opening,
        "KUP2": (high - top) / span,
        "KLOW": (bottom - low) / opening,
        "KLOW2": (bottom - low) / span,
        "KSFT": (2 * close - high - low) / opening,
        "KSFT2": (2 * close - high - low) / span,
        "OPEN0": opening / close,
        "HIGH0": high / close,
        "LOW0": low / close,
        "VWAP0": bars["vwap"] / close,
    }
    before, volume_before = close.shift(1), volume.shift(1)
    ratio, log_volume = close / before, numpy.log(volume + 1)
    log_ratio = numpy.log(volume / volume_before + 1)
    weighted = (ratio - 1).abs() * volume
    change, volume_change = close - before, volume - volume_before
    rises, falls = (close > before).astype(float), (close < before).astype(float)
    position = pandas.Series(numpy.arange(len(close), dtype=float), close.index)
    for d in LENGTHS:
        of = lambda series, least=1: series.rolling(d, min_periods=least)
        slope = of(close, 2).cov(position) / of(position, 2).var()
        fitted = of(close, 2).mean() + slope * (position - of(position, 2).mean())
        highest, lowest = of(high).max(), of(low).min()
        highest_at = of(high).apply(lambda window: window.argmax() + 1, raw=True)
        lowest_at = of(low).apply(lambda window: window.argmin() + 1, raw=True)
        up, down = of(rises).mean(), of(falls).mean()
        found.update({
            f"ROC{d}": close.shift(d) / close,
            f"MA{d}": of(close).mean() / close,
            f"STD{d}": of(close, 2).std() / close,
            f"BETA{d}": slope / close,
            f"RSQR{d}": of(close, 2).corr(position) ** 2,
            f"RESI{d}": (close - fitted) / close,
            f"MAX{d}": highest / close,
            f"MIN{d}": lowest / close,
            f"QTLU{d}": of(close).quantile(0.8) / close,
            f"QTLD{d}": of(close).quantile(0.2) / close,
            f"RANK{d}": of(close).rank(pct=True),
            f"RSV{d}": (close - lowest) / (highest - lowest + EPSILON),
            f"IMAX{d}": highest_at / d,
            f"IMIN{d}": lowest_at / d,
            f"IMXD{d}": (highest_at - lowest_at) / d,
            f"CORR{d}": of(close, 2).corr(log_volume),
            f"CORD{d}": of(ratio, 2).corr(log_ratio),
            f"CNTP{d}": up,
            f"CNTN{d}": down,
            f"CNTD{d}": up - down,
            f"VMA{d}": of(volume).mean() / (volume + EPSILON),
            f"VSTD{d}": of(volume, 2).std() / (volume + EPSILON),
            f"WVMA{d}": of(weighted, 2).std() / (of(weighted).mean() + EPSILON),
        })  # fmt: skip
        for prefix, moves in (("", change), ("V", volume_change)):
            gains, losses = of(moves.clip(lower=0)).sum(), of((-moves).clip(lower=0)).sum()
            total = of(moves.abs()).sum() + EPSILON
            found[f"{prefix}SUMP{d}"] = gains / total
            found[f"{prefix}SUMN{d}"] = losses / total
            found[f"{prefix}SUMD{d}"] = (gains - losses) / total
    return pandas.DataFrame(found)


def reading(spec):
    """Seconds from the file to the features of all stocks, of which some are computed, and what they are on average."""
    stocks, subset = spec["stocks"], spec["subset"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "prices.csv")
        prices(stocks, spec["days"]).to_csv(path, index=False, float_format="%.4f")
        started = time.perf_counter()
        table = pandas.read_csv(path, parse_dates=["date"])
        read = time.perf_counter()
        groups = [bars for _, bars in table.groupby("symbol")]
        found = [features(bars.set_index("date")) for bars in groups[:subset]]
        computed = time.perf_counter()
    seconds = (read - started) + (computed - read) * stocks / subset
    sizes = numpy.mean([numpy.abs(part.to_numpy()[60:]).mean() for part in found])
    return {"median": seconds, "least": seconds, "check": float(sizes)}


if __name__ == "__main__":
    job = json.loads(sys.argv[1])
    print(json.dumps([{"row": row["name"], **reading(row["spec"])} for row in job["rows"]]))
