"""HTML to PDF by one headless Chromium, driven over its debugging pipe: many files for one start of the browser.

The browser gets no network (every host name resolves to nothing), a profile of its own that is thrown away, and local
files alone.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from pipelines.storage import atomic

#: Names of browsers of the Chromium family, in the order of preference.
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
#: One document may take so long.
SECONDS = 300
_CHUNK = 1 << 20


class PrintFailed(RuntimeError):
    """No PDF could be made; the message has three parts."""


def find_chromium(given: Path | None) -> Path:
    """The browser: the one given, else the first on the PATH. Raises PrintFailed."""
    if given is not None:
        found = shutil.which(str(given))
        where, remedy = str(given), "改正 HEDUI_CHROMIUM，指向 Chromium、Chrome 或 Edge 的程序文件"
    else:
        found = next((path for name in NAMES if (path := shutil.which(name))), None)
        where, remedy = "PATH", "安装 chromium，或用 HEDUI_CHROMIUM 指明程序文件"
    if found is None:
        raise PrintFailed(
            f"没有找到 Chromium 浏览器，不能生成 PDF；位置：{where}；处理：{remedy}；只要网页时去掉 --pdf"
        )
    return Path(found)


class Printer:
    """A running browser that prints local HTML files; use as a context manager."""

    def __init__(self, chromium: Path) -> None:
        self._chromium = chromium
        self._number = 0
        self._buffer = b""
        self._events: set[str] = set()

    def __enter__(self) -> Printer:
        self._profile = tempfile.TemporaryDirectory(prefix="hedui-print-", ignore_cleanup_errors=True)
        commands, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        flags = [
            "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--disable-sync", "--disable-component-update",
            "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self._profile.name}",
        ]  # fmt: skip
        if os.geteuid() == 0:  # Chromium refuses its sandbox to root
            flags.append("--no-sandbox")
        # The browser reads commands from descriptor 3 and answers on 4; a plain sh duplicates no descriptor above 9.
        script = f'exec "$0" "$@" 3</dev/fd/{commands} 4>/dev/fd/{answers}'
        redirected = ["sh", "-c", script, str(self._chromium), *flags]
        self._process = subprocess.Popen(
            redirected, pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        try:
            self._page = self._open_page()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _open_page(self) -> str:
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        page = str(self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"])
        self._ask("Page.enable", {}, page)
        return page

    def _end(self) -> None:
        for descriptor in (self._to_browser, self._from_browser):
            os.close(descriptor)
        try:
            self._process.wait(timeout=5)  # the browser ends when its pipe is closed
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._profile.cleanup()

    def print(self, page: Path, target: Path) -> None:
        """Prints the HTML file `page` to the PDF file `target`. Raises PrintFailed."""
        self._events.clear()
        self._ask("Page.navigate", {"url": page.resolve().as_uri()}, self._page)
        self._wait_for("Page.loadEventFired", page.name)
        options = {"preferCSSPageSize": True, "printBackground": True, "transferMode": "ReturnAsStream"}
        stream = self._ask("Page.printToPDF", options, self._page)["stream"]
        with atomic.replacing(target) as temporary, temporary.open("wb") as file:
            done = False
            while not done:
                part = self._ask("IO.read", {"handle": stream, "size": _CHUNK}, self._page)
                file.write(base64.b64decode(part["data"]) if part.get("base64Encoded") else part["data"].encode())
                done = part["eof"]
        self._ask("IO.close", {"handle": stream}, self._page)

    def _ask(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self._to_browser, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise self._failed("浏览器没有启动或已退出", method) from None
        until = time.monotonic() + SECONDS
        while True:
            answer = self._read(until, method)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise self._failed("浏览器拒绝了打印", method)
                result: dict[str, Any] = answer["result"]
                return result

    def _wait_for(self, event: str, what: str) -> None:
        until = time.monotonic() + SECONDS
        while event not in self._events:
            self._read(until, what)

    def _read(self, until: float, doing: str) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from_browser], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise self._failed(f"浏览器在{SECONDS}秒内没有完成", doing)
            part = os.read(self._from_browser, _CHUNK)
            if not part:
                raise self._failed("浏览器中途退出", doing)
            self._buffer += part
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        self._events.add(answer.get("method", ""))
        return answer

    def _failed(self, what: str, doing: str) -> PrintFailed:
        remedy = "确认该程序能以 --headless 运行、内存和磁盘够用后再试；网页文件已经生成，也可以用浏览器打印"
        return PrintFailed(f"{what}，PDF 没有生成；位置：{self._chromium}，{doing}；处理：{remedy}")
