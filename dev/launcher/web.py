"""The demo's web server, as gunicorn reads it. No access log: addresses can hold what people look for."""

import signal
from typing import Any

from dev.launcher.processes import die_with_parent

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
graceful_timeout = 10
control_socket_disable = True


def post_fork(_server: Any, worker: Any) -> None:
    """A worker whose master was killed would hold the port."""
    die_with_parent(signal.SIGKILL, worker.ppid)()
