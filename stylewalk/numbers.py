"""Numbers as a person reads them."""

import math

DASH = "–"


def loss(value: float) -> str:
    """A loss with three significant digits: ``0.0152``, ``1.24``."""
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    if abs(value) < 1e-8:  # as of pictures that are nearly the same
        return f"{value:.1e}".replace("-", "−")
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 8)}f}"


def large(value: float) -> str:
    """A style loss: ``152,000``, ``1.53 million``, ``0.0152``."""
    if value is None or not math.isfinite(value):
        return DASH
    if abs(value) >= 1e9:
        return f"{value:.3g}"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.3g} million"
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return loss(value)


def percent(share: float) -> str:
    """A share of 0 to 1 as ``12.3 %``."""
    return f"{100 * share:.1f} %" if math.isfinite(share) else DASH


def count(value: float) -> str:
    """A number of things, which may be a mean over seeds: ``128``, ``12.5``."""
    return f"{value:.4g}" if math.isfinite(value) else DASH


def significant(value: float) -> str:
    """Three significant digits, and no fewer than the whole number has: ``3.84``, ``194``."""
    if not math.isfinite(value):
        return DASH
    decimals = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 2
    return f"{value:,.{decimals}f}"


def signed(value: float) -> str:
    """A contrast as ``+0.52`` or ``-1.10``, with a real minus."""
    return f"{value:+.2f}".replace("-", "−") if math.isfinite(value) else DASH


def plain(value: float) -> str:
    """Two decimals: ``0.52``."""
    return f"{value:.2f}" if math.isfinite(value) else DASH


def interval(low: float, high: float) -> str:
    """``+0.41 to +0.63``."""
    ends = signed(low), signed(high)
    return DASH if DASH in ends else " to ".join(ends)


def p_value(p: float) -> str:
    """``0.034``, ``< 0.001``."""
    if not math.isfinite(p):
        return DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
