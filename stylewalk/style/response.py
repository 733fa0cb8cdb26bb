"""What changes of all pictures do to a metric: how much it is one of contrast, or of sharpness."""

import io
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from matplotlib.colors import hsv_to_rgb, rgb_to_hsv
from PIL import Image
from scipy.ndimage import gaussian_filter

from stylewalk.catalogue.metrics import METRIC_RESPONSE
from stylewalk.style.metrics import MetricSet

# Of ImageNet, by which style networks were trained: about it contrast changes as they see it.
_MEAN = np.array([123.68, 116.779, 103.939])
Pictures = Float[np.ndarray, "pictures side side 3"]
Change = Callable[[Pictures, np.random.Generator], Pictures]


def _contrast(images: Pictures, rng: np.random.Generator) -> Pictures:
    paled: np.ndarray = _MEAN + 0.7 * (images - _MEAN)
    return paled


def _brightness(images: Pictures, rng: np.random.Generator) -> Pictures:
    return images + 25


def _blur(images: Pictures, rng: np.random.Generator) -> Pictures:
    blurred: np.ndarray = gaussian_filter(images, (0, 1, 1, 0), mode="reflect")
    return blurred


def _noise(images: Pictures, rng: np.random.Generator) -> Pictures:
    return images + rng.normal(0, 10, images.shape)


def _hue(images: Pictures, rng: np.random.Generator) -> Pictures:
    hsv = rgb_to_hsv(np.clip(images / 255, 0, 1))
    hsv[..., 0] = (hsv[..., 0] + 0.25) % 1
    turned: np.ndarray = hsv_to_rgb(hsv) * 255
    return turned


def _jpeg(images: Pictures, rng: np.random.Generator) -> Pictures:
    compressed = []
    for image in np.clip(np.rint(images), 0, 255).astype(np.uint8):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=30)
        compressed.append(np.asarray(Image.open(file)))
    return np.stack(compressed).astype(np.float64)


def _moved(images: Pictures, rng: np.random.Generator) -> Pictures:
    wide = np.pad(images, ((0, 0), (0, 0), (4, 0), (0, 0)), mode="reflect")
    return wide[:, :, : images.shape[2]]


CHANGES: Mapping[str, Change] = {
    "contrast x 0.7": _contrast,
    "brightness + 25": _brightness,
    "blur, sigma 1": _blur,
    "noise, SD 10": _noise,
    "hue + 90°": _hue,
    "JPEG, quality 30": _jpeg,
    "moved 4 pixels": _moved,
}


def response(
    metrics: MetricSet,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Table METRIC_RESPONSE.

    Args:
        metrics: the metrics by name.
        images: (N, S, S, 3) uint8 in random order, N >= 2; each is held against the next.
        rng: for noise.
    """
    plain = images.astype(np.float64)
    changed = [plain, *(change(plain, rng) for change in CHANGES.values())]
    # Clipped as a picture would be.
    rows = np.clip(np.stack(changed), 0, 255).astype(np.float32)
    along = metrics.between_all(rows)
    pairs = [(0, k) for k in range(1, len(rows))]
    own = metrics.between_all(np.moveaxis(rows, 0, 1), pairs)
    responses: list[tuple[object, ...]] = []
    for name in metrics:
        steps, moved = along[name]["total"], own[name]["total"][:, -len(pairs) :]
        typical = np.median(steps[0])
        usable = steps[0] > 0
        for k, change in enumerate(CHANGES):
            ratio = steps[k + 1, usable] / steps[0, usable]
            middle = np.percentile(ratio, [50, 5, 95]) if usable.any() else [np.nan] * 3
            share = np.median(moved[:, k]) / typical if typical > 0 else np.nan
            responses.append((name, change, *map(float, middle), float(share)))
    return pd.DataFrame(responses, columns=list(METRIC_RESPONSE))
