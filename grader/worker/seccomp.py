"""The system calls that student code has no use for, refused by the kernel: a seccomp filter in classic BPF.

It is a deny list: Python, numpy and threads need most of the others, and differ in which from one C library to the
next. What is denied reaches other processes, mounts or makes namespaces, changes the machine, keeps memory where
RLIMIT_AS does not count it, or opens a way to the network; and the parts of the kernel that are attacked most.

The numbers of the calls are those of the package `system-calls`, generated from the kernel's own tables. The format
of the program: linux/filter.h and linux/seccomp.h, and seccomp(2).
"""

from __future__ import annotations

import errno
import functools
import platform
import struct
import sys
from collections.abc import Iterator

DENIED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "mount_setattr", "swapon", "swapoff"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "quotactl", "quotactl_fd", "name_to_handle_at", "open_by_handle_at"),
    *("unshare", "setns", "personality", "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "fanotify_init", "kexec_load", "kexec_file_load"),
    *("init_module", "finit_module", "delete_module", "reboot", "syslog", "acct", "vhangup", "iopl", "ioperm"),
    *("modify_ldt", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname"),
    *("shmget", "shmat", "semget", "msgget", "mq_open", "memfd_create", "memfd_secret"),
)
NO_SOCKETS = ("socket",)
NOT_FILTERABLE = ("clone3",)  # its flags lie in memory, where no filter sees them; the C library goes back to clone
NAMESPACES = 0x7E02_0000  # CLONE_NEW*: mount, cgroup, UTS, IPC, user, process and network
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type on the terminal of whoever started this

_ARCHITECTURES = {"x86_64": ("x86_64", 0xC000_003E), "aarch64": ("arm64", 0xC000_00B7)}
_X32 = 0x4000_0000  # calls of another ABI, with numbers of their own, on x86-64
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # where they lie in struct seccomp_data
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF_0000, 0x0005_0000, 0x8000_0000


def filter_here() -> bytes:
    """The program for this machine; empty on systems and processors that it does not know."""
    known = sys.platform == "linux" and platform.machine() in _ARCHITECTURES
    return write_filter(platform.machine()) if known and sys.maxsize > 1 << 32 else b""


@functools.cache
def write_filter(machine: str) -> bytes:
    """The program for one kind of machine, as an array of struct sock_filter."""
    return b"".join(_write_instructions(*_ARCHITECTURES[machine]))


def find_numbers(names: tuple[str, ...], table: str) -> Iterator[int]:
    """The numbers of these calls in the package's table of a machine, leaving out those that it does not have."""
    from system_calls import NotSupportedSystemCall, syscalls  # nobody else needs it

    known = syscalls()
    for name in names:
        try:
            yield known.get(name, table)
        except NotSupportedSystemCall:
            continue


def _write_instructions(table: str, architecture: int) -> Iterator[bytes]:
    """The program. Other kinds of machine can be imitated by a process: it is killed, as its numbers mean others."""
    yield _write(_LOAD, _ARCHITECTURE)
    yield _write(_EQUAL, architecture, skip_if=1)
    yield _write(_RETURN, _KILL_PROCESS)
    yield _write(_LOAD, _NUMBER)
    yield from _refuse_if(_AT_LEAST, _X32, errno.ENOSYS)
    for names, error in ((DENIED, errno.EPERM), (NO_SOCKETS, errno.EAFNOSUPPORT), (NOT_FILTERABLE, errno.ENOSYS)):
        for number in find_numbers(names, table):
            yield from _refuse_if(_EQUAL, number, error)
    yield from _refuse_argument(table, "clone", 0, [(_ANY_BIT, NAMESPACES)])
    yield from _refuse_argument(table, "ioctl", 1, [(_EQUAL, request) for request in TERMINAL_INPUT])
    yield _write(_RETURN, _ALLOW)


def _refuse_argument(table: str, name: str, position: int, tests: list[tuple[int, int]]) -> Iterator[bytes]:
    """Refuse a call by the low half of one of its arguments; the kernel looks at no more of these two."""
    (number,) = find_numbers((name,), table)
    refusals = [part for test, value in tests for part in _refuse_if(test, value, errno.EPERM)]
    yield _write(_EQUAL, number, skip_unless=len(refusals) + 2)
    yield _write(_LOAD, _ARGUMENTS + 8 * position)
    yield from refusals
    yield _write(_LOAD, _NUMBER)


def _refuse_if(test: int, value: int, error: int) -> Iterator[bytes]:
    yield _write(test, value, skip_unless=1)
    yield _write(_RETURN, _ERRNO | error)


def _write(code: int, value: int, skip_if: int = 0, skip_unless: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip_if, skip_unless, value)
