"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(by: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: in the child, ask Linux for this signal when the parent ends; nothing elsewhere."""
    parent = os.getpid()

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(by))
            if os.getppid() != parent:
                os.kill(os.getpid(), by)

    return ask


def leave_with_parent(by: signal.Signals = signal.SIGTERM, parent: int | None = None) -> None:
    """For a Python process already running: end with the process that started it, on any system.

    `parent` is that process where it is known: it may have ended before this is asked. On Linux it takes the place of
    `dies_with_parent`, which only Linux has.
    """
    parent = parent or os.getppid()
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(by))
    if os.getppid() != parent:
        # It has ended already. Nothing has begun here, and a server that is only starting may overhear a polite signal.
        os.kill(os.getpid(), signal.SIGKILL)
    if _libc is not None:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), by)

    threading.Thread(target=watch, name="leave-with-parent", daemon=True).start()
