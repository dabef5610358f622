"""Ports that nobody listens on."""

import socket


def first_free(host: str, wanted: int, taken: set[int]) -> int:
    """The wanted port, or the next one that is free; remembered in `taken`."""
    for port in range(wanted, wanted + 200):
        if port not in taken and is_free(host, port):
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
