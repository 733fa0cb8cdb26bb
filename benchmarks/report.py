"""The benchmark as a figure and as a table for the README."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd

mpl.use("Agg")
import matplotlib.pyplot as plt

INK, MUTED, OURS = "#111827", "#6b7280", "#0072b2"


def draw(source: Path, target: Path) -> None:
    """Speed-ups with their spread, one row for each comparison."""
    table = pd.read_csv(source).dropna(subset=["ratio"]).iloc[::-1].reset_index(drop=True)
    if table.empty:
        return
    figure, axes = plt.subplots(figsize=(8, 1.3 + 0.27 * len(table)), layout="constrained")
    places = np.arange(len(table))
    axes.hlines(places, table["low"], table["high"], color=OURS, linewidth=2.5, alpha=0.45)
    axes.plot(table["ratio"], places, "o", color=OURS)
    for place, ratio, high in zip(places, table["ratio"], table["high"], strict=True):
        spot = {"textcoords": "offset points", "va": "center", "fontsize": 8, "color": INK}
        axes.annotate(f"{ratio:.2g}", (max(ratio, high), place), (7, -0.5), **spot)
    axes.axvline(1, color=MUTED, linewidth=1, linestyle=":")
    labels = [f"{row.name_} beside {row.peer_name}" for row in _named(table)]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(-0.7, len(table) - 0.3)
    axes.set_xscale("log")
    low, high = min(0.8, table["low"].min() * 0.9), table["high"].max() * 1.35
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlim(low, high)
    axes.minorticks_off()
    axes.set_xlabel("times as fast as the peer\n(median of paired rounds; bar: least to largest)")
    axes.set_title("Speed beside the alternatives", loc="left", fontweight="bold")
    axes.grid(axis="x", color="#e5e7eb")
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(target, dpi=150)
    plt.close(figure)


def _named(table: pd.DataFrame):
    return table.rename(columns={"name": "name_"}).itertuples()


def table(source: Path) -> str:
    """All rows in Markdown."""
    lines = ["| what | ours | peer | ratio (least to largest) |", "| --- | --- | --- | --- |"]
    for row in _named(pd.read_csv(source, keep_default_na=True)):
        peer = ratio = ""
        if isinstance(row.peer_name, str) and row.peer_name:
            peer = f"{row.peer_name}: {row.peer:.3g} {row.unit}"
            ratio = f"{row.ratio:.2f} ({row.low:.2f} to {row.high:.2f})"
        lines.append(f"| {row.name_} | {row.ours:.3g} {row.unit} | {peer} | {ratio} |")
    return "\n".join(lines)
