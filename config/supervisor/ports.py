"""Ports that nobody listens on, and that nobody else is about to."""

import socket

#: What marks the ports of this process, for as long as it lives: a datagram socket on the same number. It is gone with
#: the process, however that ends, and stands in the way of no connection.
_marks: list[socket.socket] = []


def first_free(host: str, wanted: int, taken: set[int]) -> int:
    """The wanted port, or the next one that is free; remembered in `taken`, and marked as ours: two that start at the
    same moment never choose the same."""
    for port in range(wanted, wanted + 200):
        if port not in taken and is_free(host, port) and _marked(port):
            taken.add(port)
            return port
    raise OSError(f"No free port from {wanted} to {wanted + 199} on {host}.")


def is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _marked(port: int) -> bool:
    """False when another process has marked it."""
    mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mark.bind(("127.0.0.1", port))
    except OSError:
        mark.close()
        return False
    _marks.append(mark)
    return True
