"""Ports for what is about to listen."""

import socket
import subprocess
import sys

from config.supervisor.ports import first_free

CHOOSE = """
import sys
from config.supervisor.ports import first_free
print(first_free("127.0.0.1", int(sys.argv[1]), set()), flush=True)
sys.stdin.read()
"""


def test_a_port_that_somebody_listens_on_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]

        assert first_free("127.0.0.1", taken, set()) != taken


def test_two_that_choose_at_the_same_moment_never_choose_the_same() -> None:
    """Though neither listens yet."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CHOOSE, "18900"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    try:
        chosen = [process.stdout.readline() for process in processes if process.stdout]
    finally:
        for process in processes:
            process.communicate()

    assert len(set(chosen)) == 3


def test_a_mark_goes_with_its_process() -> None:
    command = [sys.executable, "-c", CHOOSE, "18950"]

    first, second = (
        subprocess.run(command, input="", capture_output=True, text=True, check=True).stdout for _ in range(2)
    )

    assert first == second
