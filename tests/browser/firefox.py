"""Firefox without a window, spoken to by Marionette, the protocol that it has built in.

Playwright drives a Firefox of its own alone; this needs that of the system and nothing else. A
message is its length, a colon, and JSON: [0, number, command, arguments] there, [1, number, error,
answer] back (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_START_SECONDS = 60
# What a page that asks for nothing does not need, and a machine without a network waits for.
_PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "webgl.force-enabled": True,
}


class Firefox:
    """A running browser with one window."""

    def __init__(self, port: int, process: subprocess.Popen):
        self._numbers = itertools.count(1)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
        self._read()  # it introduces itself
        self._ask("WebDriver:NewSession", {"acceptInsecureCerts": False})

    def _read(self) -> Any:
        length = b""
        while (sign := self._socket.recv(1)) != b":":
            if not sign:
                raise ConnectionError("Firefox is gone")
            length += sign
        data = b""
        while len(data) < int(length):
            data += self._socket.recv(int(length) - len(data))
        return json.loads(data)

    def _ask(self, command: str, arguments: dict[str, Any]) -> Any:
        text = json.dumps([0, next(self._numbers), command, arguments])
        self._socket.sendall(f"{len(text.encode())}:{text}".encode())
        _, _, error, answer = self._read()
        assert error is None, (command, error)
        return answer.get("value") if isinstance(answer, dict) and "value" in answer else answer

    def open(self, address: str) -> None:
        """Load a page, and wait for its scripts."""
        self._ask("WebDriver:Navigate", {"url": "about:blank"})
        self._ask("WebDriver:Navigate", {"url": address})

    def resize(self, width: int, height: int) -> None:
        self._ask("WebDriver:SetWindowRect", {"width": width, "height": height})

    def evaluate(self, expression: str, *arguments: Any) -> Any:
        """The value of an expression in the page, which may be a promise."""
        code = f"return Promise.resolve({expression});"
        return self._ask("WebDriver:ExecuteScript", {"script": code, "args": list(arguments)})

    def until(self, expression: str, seconds: float = 20.0) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < deadline, f"not true within {seconds} s: {expression}"
            time.sleep(0.05)

    def element(self, selector: str) -> str:
        return next(
            iter(
                self._ask(
                    "WebDriver:FindElement", {"using": "css selector", "value": selector}
                ).values()
            )
        )

    def click(self, selector: str) -> None:
        """Press an element, as a person would: it has to be in view and uncovered."""
        self._ask("WebDriver:ElementClick", {"id": self.element(selector)})

    def keys(self, selector: str, text: str) -> None:
        """Type into an element; into a field for files, their paths."""
        self._ask("WebDriver:ElementSendKeys", {"id": self.element(selector), "text": text})

    def drag(self, *places: tuple[float, float]) -> None:
        """Press at the first place of the window, go to the others, and release."""
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 30} for x, y in places
        ]
        actions = [
            moves[0],
            {"type": "pointerDown", "button": 0},
            *moves[1:],
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self._ask("WebDriver:PerformActions", {"actions": [{**mouse, "actions": actions}]})

    def errors(self, since: int = 0) -> list[str]:
        """What scripts and policies of pages from files have complained of, from a number on."""
        self._ask("Marionette:SetContext", {"value": "chrome"})
        try:
            found = self.evaluate(
                """Services.console.getMessageArray()
                .filter((one) => one instanceof Ci.nsIScriptError && /^file:/.test(one.sourceName))
                .map((one) => one.errorMessage)"""
            )
        finally:
            self._ask("Marionette:SetContext", {"value": "content"})
        return found[since:]

    def screenshot(self) -> str:
        """The window as PNG in base64."""
        return self._ask("WebDriver:TakeScreenshot", {"full": False})


@contextmanager
def running(folder: Path) -> Iterator[Firefox]:
    """A browser with a profile of its own in a folder, which its downloads are in, too."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wanted = {**_PREFERENCES, "marionette.port": port, "browser.download.dir": str(folder)}
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()
    ]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    options = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
    process = subprocess.Popen(
        [FIREFOX, *options, "--profile", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder), "MOZ_HEADLESS": "1"},
    )
    try:
        yield Firefox(port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
