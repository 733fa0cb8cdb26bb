"""A real browser that opens a page from its file, and remembers what it complains about."""

import io
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from explorer_study import CLASSES
from stylewalk.colours import class_colours

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
DESKTOP, PHONE = (1280, 900), (390, 844)
# What axe-core calls serious is a barrier to some readers; what it calls minor is a nuisance.
BARRIERS = ("serious", "critical")


@dataclass
class Opened:
    """A page in the browser: ``view`` is Playwright's page."""

    view: object
    complaints: list[str] = field(default_factory=list)  # of the console, and errors of scripts
    requests: list[str] = field(default_factory=list)  # all but the page's own file

    def barriers(self) -> list[str]:
        """What axe-core finds that bars readers, one line for each element."""
        from axe_playwright_python.sync_playwright import Axe

        violations = Axe().run(self.view).response["violations"]
        return [
            f"{fault['id']} ({fault['impact']}): {node['html'][:160]}"
            for fault in violations
            if fault["impact"] in BARRIERS
            for node in fault["nodes"]
        ]

    def too_wide(self) -> int:
        """Pixels by which the page is wider than its window."""
        return self.view.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


# Where on the screen the dot is that is farthest from all others: it is hit without doubt.
LONELY = """() => {
  const dots = document.getElementById("map").dots();
  const far = ([x, y], [a, b]) => Math.hypot(a - x, b - y);
  const alone = ([id, ...at]) => Math.min(
    ...dots.map(([other, ...own]) => (id === other ? 9e9 : far(at, own))));
  return dots.reduce((best, dot) => (alone(dot) > alone(best) ? dot : best)).slice(1);
}"""


def classes_seen(view, places: Iterable[tuple[float, float]]) -> list[str | None]:
    """Of which class the dots at these places of the window are, by their colour on white."""
    shot = np.asarray(Image.open(io.BytesIO(view.screenshot())).convert("RGB"), float)
    names = class_colours(CLASSES)
    colours = np.array([to_rgb(names[name]) for name in CLASSES]) * 255
    found: list[str | None] = []
    for left, top in places:
        pixel = shot[min(round(top), len(shot) - 1), min(round(left), shot.shape[1] - 1)]
        # Dots let 15 % of the white behind them through.
        far = np.abs(0.85 * colours + 0.15 * 255 - pixel).max(axis=1)
        found.append(CLASSES[int(far.argmin())] if far.min() < 12 else None)
    return found


def until(view, expression):
    """Wait until an expression is true; Playwright itself would do so by evaluation in the page."""
    for _ in range(200):
        if view.evaluate(expression):
            return
        view.wait_for_timeout(25)
    raise AssertionError(f"not true within 5 s: {expression}")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip(f"no Chromium is installed (none of {', '.join(NAMES)} is on the path)")
    from playwright.sync_api import sync_playwright

    # Chromium's sandbox refuses to run as root, which containers do.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Opened]]:
    """Open a file: ``visit(path, size=PHONE, dark=True, hash="#claims")``."""
    contexts = []

    def opened(
        path: Path,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        hash: str = "",
        **options: object,
    ) -> Opened:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            offline=True,
            **options,
        )
        contexts.append(context)
        page = Opened(context.new_page())
        page.view.on(
            "console",
            lambda said: said.type in ("error", "warning") and page.complaints.append(said.text),
        )
        page.view.on("pageerror", lambda error: page.complaints.append(str(error)))
        address = Path(path).resolve().as_uri()

        def asked(request):
            if not re.match("data:|blob:", request.url) and request.url.split("#")[0] != address:
                page.requests.append(request.url)

        page.view.on("request", asked)
        page.view.goto(address + hash)
        return page

    yield opened
    for context in contexts:
        context.close()
