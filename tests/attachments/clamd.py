"""Something that answers as clamd does, and the real one when the machine has it."""

import shutil
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In two halves, so that no antivirus takes this file for what it looks for.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
CONFIGURATION = """\
DatabaseDirectory {folder}
LocalSocket {folder}/clamd.sock
Foreground yes
StreamMaxLength 1M
"""


class FakeClamd(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """It remembers what it was sent; `answer` is what it says instead of its verdict, None hangs up."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.seen: list[bytes] = []
        self.answer: bytes | None = b"verdict"

    @property
    def address(self) -> str:
        """As the setting says it."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen.append(content)
        if self.server.answer is None:
            return
        verdict = b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"
        self.wfile.write(verdict if self.server.answer == b"verdict" else self.server.answer)


@contextmanager
def fake() -> Iterator[FakeClamd]:
    """It, on a port of 127.0.0.1, until the end of the block."""
    with FakeClamd() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def real(folder: Path) -> Iterator[str]:
    """clamd itself, with one signature written by hand: the path of its socket."""
    assert CLAMD is not None
    (folder / "essai.ndb").write_text(f"Essai.EICAR:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    socket = folder / "clamd.sock"
    command = [CLAMD, "--config-file", str(folder / "clamd.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while not socket.exists():
                assert process.poll() is None, "clamd stopped"
                assert time.monotonic() < until, "clamd does not listen"
                time.sleep(0.05)
            yield str(socket)
        finally:
            process.terminate()
            process.wait(10)
