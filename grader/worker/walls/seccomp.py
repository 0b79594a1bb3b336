"""The system calls that student code has no use for, refused by the kernel: a seccomp filter in classic BPF.

It is a deny list: Python, numpy and threads need most of the others, and differ in which from one C library to the
next. What is denied reaches other processes, mounts or makes namespaces, changes the machine, keeps memory where
RLIMIT_AS does not count it, or opens a way to the network; the parts of the kernel that are attacked most; and
everything by which two sandboxes could tell each other something, as they share files, devices and one kernel.

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
    # What two sandboxes both see, and could pass answers by (docs/security.md has the list): first files.
    *("flock", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "fanotify_mark"),
    *("utime", "utimes", "futimesat", "utimensat", "file_setattr", "file_getattr"),
    *("mincore", "cachestat", "fadvise64", "readahead", "preadv2", "pwritev2", "lookup_dcookie"),
    *("sync", "syncfs", "fsync", "fdatasync", "sync_file_range", "msync", "statfs", "fstatfs", "ustat", "sysfs"),
    # Then numbers that the kernel gives out one after the other, and amounts that it has once for all.
    *("pipe", "pipe2", "pidfd_open", "pidfd_send_signal", "process_mrelease", "statmount", "listmount", "listns"),
    *("io_setup", "io_destroy", "io_submit", "io_getevents", "io_pgetevents", "io_cancel", "sysinfo"),
    *("shmctl", "shmdt", "semop", "semtimedop", "semctl", "msgsnd", "msgrcv", "msgctl", "open_tree_attr"),
    *("mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr", "lsm_set_self_attr"),
    # And where memory lies, and who runs when and on which processor.
    *("move_pages", "migrate_pages", "mbind", "set_mempolicy", "get_mempolicy", "set_mempolicy_home_node"),
    *("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "setpriority", "ioprio_set"),
    "membarrier",
)
NO_SOCKETS = ("socket", "socketpair")
# Their flags lie in memory, where no filter sees them; the C library goes back to clone and futex.
NOT_FILTERABLE = ("clone3", "futex_waitv", "futex_wake", "futex_wait", "futex_requeue")
NAMESPACES = 0x7E02_0000  # CLONE_NEW*: mount, cgroup, UTS, IPC, user, process and network
PROCESS_HANDLE = 0x1000  # CLONE_PIDFD: its inode counts the processes of the whole machine
FILE_COMMANDS = (0, 1, 2, 3, 4, 1030)  # of fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
# Of ioctl: TCGETS and TCGETS2 (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX and FIOCLEX.
DEVICE_REQUESTS = (0x5401, 0x802C_542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
OWN_MEMORY = 0x80  # FUTEX_PRIVATE_FLAG: without it a lock may lie in a page of a file that others have mapped too
HUGE_PAGES = 0x4_0000  # MAP_HUGETLB: the machine has so many for all
PROCESS_OPTIONS = (62, 67)  # of prctl: SCHED_CORE and SET_MEMORY_MERGE, which share a processor and pages
PAGE_ADVICE = (12, 20, 21, 25)  # of madvise: MERGEABLE, COLD, PAGEOUT and COLLAPSE change pages that are others' too

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
    yield from _judge(table, "clone", 0, [*_refuse_if(_ANY_BIT, NAMESPACES | PROCESS_HANDLE, errno.EPERM)])
    yield from _judge(table, "mmap", 3, [*_refuse_if(_ANY_BIT, HUGE_PAGES, errno.EPERM)])
    yield from _judge(
        table, "madvise", 2, [part for one in PAGE_ADVICE for part in _refuse_if(_EQUAL, one, errno.EPERM)]
    )
    options = [part for one in PROCESS_OPTIONS for part in _refuse_if(_EQUAL, one, errno.EPERM)]
    yield from _judge(table, "prctl", 0, options)
    yield from _judge(table, "fcntl", 1, _refuse_unless(_EQUAL, FILE_COMMANDS, errno.EPERM))
    yield from _judge(table, "ioctl", 1, _refuse_unless(_EQUAL, DEVICE_REQUESTS, errno.EPERM))
    # Who waits for a thread to end asks again after this error, and gives up after any other.
    yield from _judge(table, "futex", 1, _refuse_unless(_ANY_BIT, (OWN_MEMORY,), errno.EAGAIN))
    yield _write(_RETURN, _ALLOW)


def _judge(table: str, name: str, position: int, tests: list[bytes]) -> Iterator[bytes]:
    """Judge a call by the low half of one of its arguments; the kernel looks at no more of these."""
    (number,) = find_numbers((name,), table)
    yield _write(_EQUAL, number, skip_unless=len(tests) + 2)
    yield _write(_LOAD, _ARGUMENTS + 8 * position)
    yield from tests
    yield _write(_LOAD, _NUMBER)


def _refuse_unless(test: int, values: tuple[int, ...], error: int) -> list[bytes]:
    """Instructions that refuse a value for which the test holds with none of these."""
    tests = [_write(test, value, skip_if=len(values) - place) for place, value in enumerate(values)]
    return [*tests, _write(_RETURN, _ERRNO | error)]


def _refuse_if(test: int, value: int, error: int) -> Iterator[bytes]:
    yield _write(test, value, skip_unless=1)
    yield _write(_RETURN, _ERRNO | error)


def _write(code: int, value: int, skip_if: int = 0, skip_unless: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip_if, skip_unless, value)
