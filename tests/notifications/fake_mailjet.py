"""Mailjet's send API v3.1 on 127.0.0.1, as strict as the true one about headers; the hooks make it refuse or hang."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, SECRET = "the-key", "the-secret"
# https://dev.mailjet.com/docs: what "Headers" may not hold.
FORBIDDEN = frozenset({"from", "sender", "subject", "to", "cc", "bcc", "return-path", "reply-to", "date", "message-id"})


@dataclass
class FakeMailjet:
    """What it was asked, and how it answers."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    # An HTTP status and a body in place of the honest answer.
    answer: tuple[int, Any] | None = None
    hangs: threading.Event | None = None

    @property
    def url(self) -> str:
        """What MAILJET_API_URL is."""
        return f"http://127.0.0.1:{self.port}/v3.1/"

    def reply(self, path: str, authorization: str, body: bytes) -> tuple[int, Any]:
        """Take one mail, or say why not."""
        if self.hangs is not None:
            self.hangs.wait(5)
        if authorization != f"Basic {base64.b64encode(f'{KEY}:{SECRET}'.encode()).decode()}":
            return 401, {"StatusCode": 401, "ErrorCode": "mj-0002", "ErrorMessage": "API key authentication failure."}
        asked = json.loads(body)
        self.asked.append(asked)
        if self.answer is not None:
            return self.answer
        if path != "/v3.1/send":
            return 404, {"ErrorMessage": "Object not found"}
        refused = FORBIDDEN & {name.lower() for name in asked["Globals"].get("Headers", {})}
        if refused:
            return 400, refusal("send-0011", f"Header cannot be customized: {sorted(refused)}")
        sent = [
            {"Email": to["Email"], "MessageUUID": "d-u", "MessageID": 576460752303423488 + len(self.asked)}
            for message in asked["Messages"]
            for to in message["To"]
        ]
        return 200, {"Messages": [{"Status": "success", "CustomID": "", "To": sent, "Cc": [], "Bcc": []}]}


def refusal(code: str, message: str) -> dict[str, Any]:
    """How the API refuses one mail."""
    return {"Messages": [{"Status": "error", "Errors": [{"ErrorCode": code, "ErrorMessage": message}]}]}


@contextmanager
def running() -> Iterator[FakeMailjet]:
    """The API, until the end of the block."""
    fake = FakeMailjet()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, found = fake.reply(self.path, self.headers.get("Authorization", ""), body)
            content = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(found, bytes) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
