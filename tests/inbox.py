"""A server on this machine that takes messages about runs, and refuses them while it is told to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Inbox:
    """A server that takes messages, and refuses while `status` says so."""

    def __init__(self) -> None:
        self.status, self.taken = 200, []
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if inbox.status == 200:
                    inbox.taken.append(message)
                self.send_response(inbox.status)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                del arguments

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.taken]

    def __enter__(self) -> Inbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
