"""A headless Chromium spoken to through a pipe, so that a test sees what a person with the page would see.

The DevTools protocol is JSON with a NUL after each message, on file descriptors 3 and 4 of the browser.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
)
PATIENCE_S = 30


class Chromium:
    """One browser; close it when done."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._write = _pipe()
        self._read, from_browser = _pipe()

        def give_the_pipes() -> None:
            os.dup2(to_browser, 3)
            os.dup2(from_browser, 4)

        self._process = subprocess.Popen(  # close_fds=False: descriptors made by Python do not survive an exec anyway
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=give_the_pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._rest = b""
        self._heard: Callable[[Message], None] = lambda _: None

    def ask(self, method: str, session: str | None = None, **params: Any) -> Message:
        """Send one command and return its answer; whatever else is heard meanwhile goes to the page's ear."""
        self._number += 1
        message: Message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._next()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return dict(heard["result"])

    def listen(self, ear: Callable[[Message], None]) -> None:
        self._heard = ear

    def wait(self, done: Callable[[], bool]) -> None:
        while not done():
            self._next()

    def close(self) -> None:
        self.ask("Browser.close")
        self._process.wait(PATIENCE_S)
        os.close(self._write)
        os.close(self._read)

    def _next(self) -> Message:
        end = time.monotonic() + PATIENCE_S
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser has gone quiet"
            read = os.read(self._read, 1 << 20)
            assert read, "the browser has ended"
            self._rest += read
        text, self._rest = self._rest.split(b"\0", 1)
        message: Message = json.loads(text)
        if "method" in message:
            self._heard(message)
        return message


class Page:
    """A page opened with the network cut, and everything it asked for or complained of."""

    def __init__(self, browser: Chromium, file: Path, *, width: int, height: int, hash_: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._browser = browser
        self._loaded = False
        browser.listen(self._hear)
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")
        self._ask(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._ask("Page.navigate", url=file.as_uri() + hash_)
        browser.wait(lambda: self._loaded)
        self.settle()
        self._target = target

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def run(self, script: str) -> Any:
        """Return what a JavaScript expression comes to."""
        answer = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait until the labels have been placed again."""
        self.run("new Promise((done) => setTimeout(done, 150))")

    def press(self, key: str, code: int = 0) -> None:
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)

    def _ask(self, method: str, **params: Any) -> Message:
        return self._browser.ask(method, self._session, **params)

    def _hear(self, message: Message) -> None:
        params = message["params"]
        match message["method"]:
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent" if (
                params["type"] != "Document" or params["requestId"] != params["loaderId"]
            ):
                self.requests.append(params["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(params["exceptionDetails"])[:400])
            case "Runtime.consoleAPICalled" | "Log.entryAdded":
                self.complaints.append(json.dumps(params)[:400])
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"dialog: {params['message']}")


def _pipe() -> tuple[int, int]:
    """Return the ends of a pipe, out of the way of descriptors 3 and 4."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
