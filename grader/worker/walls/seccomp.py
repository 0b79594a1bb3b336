"""A seccomp filter: the system calls that the kernel refuses to a worker.

The filter is a program in classic BPF. It is a deny list, because Python, numpy and threads need most system calls, and
which ones differs from one C library to the next. Student code has no use for the denied calls:

- calls that reach other processes, mount or make namespaces, change the machine, keep memory where RLIMIT_AS does not
  count it, or open a way to the network;
- the parts of the kernel that are attacked most;
- everything by which two sandboxes could tell each other something, as they share files, devices and one kernel.

The numbers of the calls are those of the package `system-calls`, generated from the kernel's own tables. The format of
the program is described in linux/filter.h, linux/seccomp.h and seccomp(2).
"""

from __future__ import annotations

import errno
import functools
import platform
import struct
import sys
from collections.abc import Iterable, Iterator

DENIED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "mount_setattr", "swapon", "swapoff"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "quotactl", "quotactl_fd", "name_to_handle_at", "open_by_handle_at"),
    *("unshare", "setns", "personality", "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "fanotify_init", "kexec_load", "kexec_file_load"),
    *("init_module", "finit_module", "delete_module", "reboot", "syslog", "acct", "vhangup", "iopl", "ioperm"),
    *("modify_ldt", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname"),
    *("shmget", "shmat", "semget", "msgget", "mq_open", "memfd_create", "memfd_secret"),
    # Two sandboxes both see the following, and could pass answers by it (docs/security.md has the list). First files.
    *("flock", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "fanotify_mark"),
    *("utime", "utimes", "futimesat", "utimensat", "file_setattr", "file_getattr"),
    *("mincore", "cachestat", "fadvise64", "readahead", "preadv2", "pwritev2", "lookup_dcookie"),
    *("sync", "syncfs", "fsync", "fdatasync", "sync_file_range", "msync", "statfs", "fstatfs", "ustat", "sysfs"),
    # Then numbers that the kernel gives out one after the other, and amounts that the machine has once for all.
    *("pipe", "pipe2", "pidfd_open", "pidfd_send_signal", "process_mrelease", "statmount", "listmount", "listns"),
    *("io_setup", "io_destroy", "io_submit", "io_getevents", "io_pgetevents", "io_cancel", "sysinfo"),
    *("shmctl", "shmdt", "semop", "semtimedop", "semctl", "msgsnd", "msgrcv", "msgctl", "open_tree_attr"),
    *("mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr", "lsm_set_self_attr"),
    # Then the place of memory, and which thread runs when and on which processor.
    *("move_pages", "migrate_pages", "mbind", "set_mempolicy", "get_mempolicy", "set_mempolicy_home_node"),
    *("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "setpriority", "ioprio_set"),
    "membarrier",
)
NO_SOCKETS = ("socket", "socketpair")
# The flags of these calls lie in memory, where no filter sees them. The C library goes back to clone and futex.
NOT_FILTERABLE = ("clone3", "futex_waitv", "futex_wake", "futex_wait", "futex_requeue")
NAMESPACES = 0x7E02_0000  # CLONE_NEW*: mount, cgroup, UTS, IPC, user, process and network
PROCESS_HANDLE = 0x1000  # CLONE_PIDFD: its inode counts the processes of the whole machine
FILE_COMMANDS = (0, 1, 2, 3, 4, 1030)  # of fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
# Of ioctl: TCGETS and TCGETS2 (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX and FIOCLEX.
DEVICE_REQUESTS = (0x5401, 0x802C_542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
OWN_MEMORY = 0x80  # FUTEX_PRIVATE_FLAG: without it a lock may lie in a page that other processes have mapped, too
HUGE_PAGES = 0x4_0000  # MAP_HUGETLB: all processes of the machine share a fixed number of these pages
PROCESS_OPTIONS = (62, 67)  # of prctl: SCHED_CORE shares a processor, and SET_MEMORY_MERGE shares pages
# Of madvise: MERGEABLE, COLD, PAGEOUT and COLLAPSE, which change pages that other processes have, too.
PAGE_ADVICE = (12, 20, 21, 25)

_ARCHITECTURES = {"x86_64": ("x86_64", 0xC000_003E), "aarch64": ("arm64", 0xC000_00B7)}
_X32 = 0x4000_0000  # from here on, x86-64 has the calls of another ABI, with numbers of their own
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF_0000, 0x0005_0000, 0x8000_0000


def filter_here() -> bytes:
    """Return the filter for this machine.

    It is empty on systems and processors that this module does not know.
    """
    known = sys.platform == "linux" and platform.machine() in _ARCHITECTURES
    return write_filter(platform.machine()) if known and sys.maxsize > 1 << 32 else b""


@functools.cache
def write_filter(machine: str) -> bytes:
    """Return the filter for one kind of machine, such as "x86_64".

    It is an array of struct sock_filter.
    """
    return b"".join(_write_instructions(*_ARCHITECTURES[machine]))


def find_numbers(names: tuple[str, ...], table: str) -> Iterator[int]:
    """Yield the numbers of these calls, for one kind of machine.

    `table` is the package's name for that machine. A call that the machine does not have is left out.
    """
    from system_calls import NotSupportedSystemCall, syscalls  # only this function needs it

    known = syscalls()
    for name in names:
        try:
            yield known.get(name, table)
        except NotSupportedSystemCall:
            continue


def _write_instructions(table: str, architecture: int) -> Iterator[bytes]:
    """Yield the instructions of the filter.

    A process can imitate another kind of machine, where the same numbers mean other calls; such a process is killed.
    """
    yield _write(_LOAD, _ARCHITECTURE)
    yield _write(_EQUAL, architecture, skip_if=1)
    yield _write(_RETURN, _KILL_PROCESS)
    yield _write(_LOAD, _NUMBER)
    yield from _refuse_if(_AT_LEAST, (_X32,), errno.ENOSYS)
    for names, error in ((DENIED, errno.EPERM), (NO_SOCKETS, errno.EAFNOSUPPORT), (NOT_FILTERABLE, errno.ENOSYS)):
        yield from _refuse_if(_EQUAL, find_numbers(names, table), error)
    yield from _judge(table, "clone", 0, _refuse_if(_ANY_BIT, (NAMESPACES | PROCESS_HANDLE,), errno.EPERM))
    yield from _judge(table, "mmap", 3, _refuse_if(_ANY_BIT, (HUGE_PAGES,), errno.EPERM))
    yield from _judge(table, "madvise", 2, _refuse_if(_EQUAL, PAGE_ADVICE, errno.EPERM))
    yield from _judge(table, "prctl", 0, _refuse_if(_EQUAL, PROCESS_OPTIONS, errno.EPERM))
    yield from _judge(table, "fcntl", 1, _refuse_unless(_EQUAL, FILE_COMMANDS, errno.EPERM))
    yield from _judge(table, "ioctl", 1, _refuse_unless(_EQUAL, DEVICE_REQUESTS, errno.EPERM))
    # `pthread_join` waits by a shared futex: it asks again after EAGAIN, and gives up after any other error.
    yield from _judge(table, "futex", 1, _refuse_unless(_ANY_BIT, (OWN_MEMORY,), errno.EAGAIN))
    yield _write(_RETURN, _ALLOW)


def _judge(table: str, name: str, position: int, tests: list[bytes]) -> Iterator[bytes]:
    """Judge a call by the low half of one of its arguments.

    The kernel looks at no more than the low half of these arguments.
    """
    (number,) = find_numbers((name,), table)
    yield _write(_EQUAL, number, skip_unless=len(tests) + 2)
    yield _write(_LOAD, _ARGUMENTS + 8 * position)
    yield from tests
    yield _write(_LOAD, _NUMBER)  # the instructions that follow compare the call's number again


def _refuse_unless(test: int, values: tuple[int, ...], error: int) -> list[bytes]:
    """Build instructions that refuse a value unless one of the tests holds."""
    tests = [_write(test, value, skip_if=len(values) - place) for place, value in enumerate(values)]
    return [*tests, _write(_RETURN, _ERRNO | error)]


def _refuse_if(test: int, values: Iterable[int], error: int) -> list[bytes]:
    """Build instructions that refuse a value if one of the tests holds."""
    refusal = _write(_RETURN, _ERRNO | error)
    return [part for value in values for part in (_write(test, value, skip_unless=1), refusal)]


def _write(code: int, value: int, skip_if: int = 0, skip_unless: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip_if, skip_unless, value)
