"""Pages a second and their 95th percentile, by eight connections, against a one-query page of the same server."""

import http.client
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8


@dataclass(frozen=True)
class Pace:
    """Answers a second, and the time within which 95 of 100 came, in milliseconds."""

    a_second: float
    p95_ms: float


def pace(url: str, cookie: str, seconds: float) -> Pace:
    """Ask for one page by eight connections for so long. Raises `RuntimeError` on any answer but 200."""
    parts = urlsplit(url)
    times: list[float] = []
    wrong: list[str] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        client = http.client.HTTPConnection(parts.hostname or "", parts.port)
        while time.perf_counter() < until and not wrong:
            began = time.perf_counter()
            client.request("GET", parts.path, headers={"Cookie": cookie})
            answer = client.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(f"{answer.status} {answer.getheader('location')}")
            times.append(time.perf_counter() - began)
        client.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{url} answered {wrong[0]}")
    times.sort()
    return Pace(len(times) / (time.perf_counter() - began), times[int(len(times) * 0.95)] * 1000)
