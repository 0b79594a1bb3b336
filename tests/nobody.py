"""How an ordinary user starts Python here, whoever runs the tests."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

NOBODY = 65534
ROOT = Path(__file__).parent.parent

# As root, Python and this repository may lie where nobody else can read them (/root). A mount namespace of the test's
# own shows them elsewhere, and root is given up for good before Python starts.
_AS_NOBODY = """
mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/python /mnt/root /mnt/site
mount --bind "$1" /mnt/python
mount --bind "$2" /mnt/root
mount --bind "$3" /mnt/site
shift 3
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --no-new-privs "$@"
"""


def write_command(home: Path) -> tuple[list[str], dict[str, str]]:
    """The command that starts Python, for arguments to follow, and its environment; `home` is theirs to write in."""
    base, site = Path(sys._base_executable), sysconfig.get_path("purelib")  # type: ignore[attr-defined]
    command, root = [str(base)], str(ROOT)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    if os.geteuid() == 0:
        command = ["unshare", "--mount", "sh", "-ec", _AS_NOBODY, "sh", sys.base_prefix, root, site]
        command.append(str("/mnt/python" / base.relative_to(sys.base_prefix)))
        root, site = "/mnt/root", "/mnt/site"
        environment["LD_LIBRARY_PATH"] = f"/mnt/python/{sys.platlibdir}"
    environment["PYTHONPATH"] = os.pathsep.join([root, site])
    return command, environment
