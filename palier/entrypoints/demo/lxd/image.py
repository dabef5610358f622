"""The image of the containers: one static busybox, and a first process that does as it is told.

Everything in it is made here, so nothing is downloaded. It has what a client sees of a virtual server (`nproc`), what
a host needs (`chpasswd`), and `memory`, which says the limit that the kernel holds for it.
"""

import io
import platform
import tarfile
from pathlib import Path

from palier.entrypoints.demo.lxd.needs import BUSYBOX

ALIAS = "palier-busybox"

APPLETS = (
    *(
        "awk",
        "cat",
        "dd",
        "df",
        "echo",
        "grep",
        "head",
        "hostname",
        "ls",
        "mkdir",
        "mkpasswd",
        "mount",
        "mv",
        "nproc",
    ),
    *("printf", "ps", "rm", "sed", "sh", "sleep", "sync", "tail", "true", "wc"),
)

# The first process: it shows the container its own limits, and ends when the host asks for a stop (SIGPWR).
INIT = """\
#!/bin/sh
trap 'exit 0' PWR TERM
if grep -q '^nodev.cgroup$' /proc/filesystems && grep -q ':memory:' /proc/self/cgroup; then
    mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/memory
    mount -t cgroup -o memory none /sys/fs/cgroup/memory
else
    mount -t cgroup2 none /sys/fs/cgroup
fi 2>/dev/null
while true; do
    sleep 3600 &
    wait $!
done
"""

MEMORY = """\
#!/bin/sh
cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max
"""

CHPASSWD = """\
#!/bin/sh
# name:password lines, as of any chpasswd. The password is never an argument, which every process may read.
set -e
while IFS=: read -r name password; do
    grep -q "^$name:" /etc/passwd || { echo "chpasswd: no user $name" >&2; exit 1; }
    hash=$(printf '%s\\n' "$password" | mkpasswd -m sha512 -P 0)
    awk -F: -v OFS=: -v name="$name" -v hash="$hash" '$1 == name { $2 = hash } { print }' /etc/shadow > /etc/shadow+
    mv /etc/shadow+ /etc/shadow
done
"""

FILES = {
    "etc/passwd": (0o644, "root:x:0:0:root:/root:/bin/sh\n"),
    "etc/group": (0o644, "root:x:0:\n"),
    "etc/shadow": (0o600, "root:*:19000:0:99999:7:::\n"),
    "bin/memory": (0o755, MEMORY),
    "sbin/chpasswd": (0o755, CHPASSWD),
    "sbin/init": (0o755, INIT),
}
FOLDERS = (
    "bin",
    "sbin",
    "usr",
    "usr/bin",
    "usr/sbin",
    "dev",
    "proc",
    "sys",
    "etc",
    "root",
    "run",
    "tmp",
    "var",
)


def packed(busybox: Path = BUSYBOX) -> bytes:
    """The image as LXD imports it: its description and its root in one archive."""
    described = (
        f"architecture: {platform.machine()}\ncreation_date: 1700000000\nproperties: {{os: busybox}}\n"
    )
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz", compresslevel=1) as tar:
        _add(tar, "metadata.yaml", described.encode())
        for folder in ("", *FOLDERS):
            _add(tar, f"rootfs/{folder}".rstrip("/"), kind=tarfile.DIRTYPE, mode=0o755)
        _add(tar, "rootfs/bin/busybox", busybox.read_bytes(), mode=0o755)
        for applet in APPLETS:
            _add(tar, f"rootfs/bin/{applet}", kind=tarfile.SYMTYPE, to="busybox")
        for name, (mode, text) in FILES.items():
            _add(tar, f"rootfs/{name}", text.encode(), mode=mode)
    return archive.getvalue()


def _add(
    tar: tarfile.TarFile,
    name: str,
    content: bytes = b"",
    *,
    mode: int = 0o644,
    kind: bytes = tarfile.REGTYPE,
    to: str = "",
) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname, entry.size = kind, mode, to, len(content)
    tar.addfile(entry, io.BytesIO(content))
