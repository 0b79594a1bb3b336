"""The system-call filter: what its program decides on every kind of machine, and what the kernel makes of it here."""

from __future__ import annotations

import dataclasses
import errno
import platform
import struct
from collections.abc import Iterator

import pytest
from system_calls import syscalls

from grader.worker.student import Student
from grader.worker.walls import sandbox, seccomp
from tests.worker.intruder import LIMITS
from tests.worker.processes import make_launcher
from tests.worker.students import open_student

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
TABLES = {"x86_64": "x86_64", "aarch64": "arm64"}
ALLOW, KILL = 0x7FFF0000, 0x80000000
NEW_USER, THREAD = 0x10000000, 0x3D0F00
ARGUMENTS = {"futex": (0, 0x80), "fcntl": (0, 1), "ioctl": (0, 0x5401)}  # of calls that are judged by them
# What a right answer may well need: files, memory, threads, processes, time, pipes, random numbers.
NEEDED = ("read", "write", "openat", "mmap", "mprotect", "brk", "futex", "clone", "wait4", "execve", "getrandom")


def run(program: bytes, number: int, architecture: int, *arguments: int) -> int:
    """What the kernel would return for a call: the few instructions of classic BPF that the program uses."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    code = list(struct.iter_unpack("=HBBI", program))
    tests = {0x15: int.__eq__, 0x35: int.__ge__, 0x45: lambda a, b: bool(a & b)}
    at = value = 0
    while True:
        operation, yes, no, constant = code[at]
        at += 1
        if operation == 0x06:
            return constant
        if operation == 0x20:
            (value,) = struct.unpack_from("=I", data, constant)
        else:
            at += yes if tests[operation](value, constant) else no


def refusal(error: int) -> int:
    """What the filter returns to make a call fail with this error."""
    return 0x00050000 | error


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    """Each kind that there is a program for."""
    kind: str = request.param
    return kind


def test_every_call_is_allowed_or_denied_as_listed(machine: str) -> None:
    """All calls that the kernel has, none forgotten and none too many."""
    program, table = seccomp.write_filter(machine), syscalls().load_arch_table(TABLES[machine])
    denied = dict.fromkeys(seccomp.DENIED, errno.EPERM)
    denied |= dict.fromkeys(("socket", "socketpair"), errno.EAFNOSUPPORT)
    denied |= dict.fromkeys(("clone3", "futex_waitv", "futex_wake", "futex_wait", "futex_requeue"), errno.ENOSYS)
    assert len(table) > 300
    for name, number in table.items():
        wanted = refusal(denied[name]) if name in denied else ALLOW
        harmless = ARGUMENTS.get(name, ())
        assert wanted == run(program, number, MACHINES[machine], *harmless), name


def test_what_numpy_needs_is_allowed(machine: str) -> None:
    """A deny list must not grow into these."""
    assert not set(NEEDED) & {*seccomp.DENIED, *seccomp.NO_SOCKETS, *seccomp.NOT_FILTERABLE}
    for name in NEEDED:
        number = syscalls().get(name, TABLES[machine])
        assert ALLOW == run(seccomp.write_filter(machine), number, MACHINES[machine], *ARGUMENTS.get(name, ()))


def test_threads_start_and_namespaces_do_not(machine: str) -> None:
    """clone is judged by its flags, and ioctl by what it asks for."""
    program, find = seccomp.write_filter(machine), syscalls().get
    clone, ioctl = find("clone", TABLES[machine]), find("ioctl", TABLES[machine])
    refused = refusal(errno.EPERM)
    for flags, wanted in ((THREAD, ALLOW), (17, ALLOW), (NEW_USER | 17, refused), (0x1000 | 17, refused)):
        assert wanted == run(program, clone, MACHINES[machine], flags)
    for request, wanted in ((0x5401, ALLOW), (0x5412, refusal(errno.EPERM)), (0x541C, refusal(errno.EPERM))):
        assert wanted == run(program, ioctl, MACHINES[machine], 3, request)
    assert ALLOW == run(program, ioctl, MACHINES[machine], 0x5412, 0x5401)  # a descriptor is no request


def judge_argument(machine: str, name: str, position: int, values: range | tuple[int, ...]) -> dict[int, int]:
    """What the program makes of a call for each value of one argument, the others being 0."""
    program, number = seccomp.write_filter(machine), syscalls().get(name, TABLES[machine])
    before = [0] * position
    return {value: run(program, number, MACHINES[machine], *before, value) for value in values}


def test_of_fcntl_only_what_concerns_a_descriptor_is_left(machine: str) -> None:
    """No lock of any kind, lease, notice, owner, signal, seal or pipe's size, by none of the numbers there are."""
    found = judge_argument(machine, "fcntl", 1, (*range(64), *range(1020, 1060)))
    assert {0, 1, 2, 3, 4, 1030} == {command for command, answer in found.items() if answer == ALLOW}
    assert {ALLOW, refusal(errno.EPERM)} == set(found.values())


def test_of_ioctl_only_a_few_requests_are_left(machine: str) -> None:
    """Is it a terminal, and how large; how much can be read; whether to wait, and to hand on."""
    found = judge_argument(machine, "ioctl", 1, (*range(0x5400, 0x5480), 0x802C542A, 0x6601, 0x660B, 0x80045430, 0))
    allowed = {request for request, answer in found.items() if answer == ALLOW}
    assert {0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451} == allowed


def test_no_lock_lies_in_memory_that_others_have_too(machine: str) -> None:
    """Whatever is asked of futex is asked of a process's own; who waits is told to look again, and does no harm."""
    found = judge_argument(machine, "futex", 1, range(0x200))
    assert {op for op in range(0x200) if op & 0x80} == {op for op, answer in found.items() if answer == ALLOW}
    assert {ALLOW, refusal(errno.EAGAIN)} == set(found.values())


def test_pages_that_are_others_too_cannot_be_moved_out(machine: str) -> None:
    """numpy's and the C library's advice about their own is heard, and huge pages are not given out by hand."""
    advice = judge_argument(machine, "madvise", 2, range(30))
    assert {12, 20, 21, 25} == {number for number, answer in advice.items() if answer != ALLOW}
    options = judge_argument(machine, "prctl", 0, range(100))
    assert {62, 67} == {number for number, answer in options.items() if answer != ALLOW}
    assert [ALLOW, refusal(errno.EPERM)] == [*judge_argument(machine, "mmap", 3, (0x22, 0x40022)).values()]


def test_calls_of_another_machine_end_the_process(machine: str) -> None:
    """A 32-bit call has a number of its own, which would mean something else."""
    program = seccomp.write_filter(machine)
    for architecture in (0x40000003, 0x40000028, 0):
        assert KILL == run(program, 1, architecture)
    if machine == "x86_64":
        assert refusal(errno.ENOSYS) == run(program, 0x40000000 + 41, MACHINES[machine])


def test_a_machine_that_is_not_known_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor has another system; the probe then says so."""
    assert seccomp.filter_here()
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert b"" == seccomp.filter_here()
    monkeypatch.undo()
    monkeypatch.setattr("sys.platform", "darwin")
    assert b"" == seccomp.filter_here()


SOURCE = """
import ctypes, os, threading, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    ctypes.set_errno(0)
    got = libc.syscall(number, *map(ctypes.c_long, arguments))
    return got, ctypes.get_errno()

def call_by_name(name, *arguments):
    ctypes.set_errno(0)
    got = getattr(libc, name)(*map(ctypes.c_long, arguments))
    return got, ctypes.get_errno()

def join_as_c_does():
    "The C library waits for the end of a thread by a lock that the kernel opens, and takes an odd error for the end."
    entry = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: time.sleep(0.2))
    thread = ctypes.c_ulong()
    assert 0 == libc.pthread_create(ctypes.byref(thread), None, entry, None)
    assert 0 == libc.pthread_join(thread, None)

def work():
    found = []
    thread = threading.Thread(target=lambda: found.append(call_by_name("unshare", 0)))
    thread.start()
    thread.join()
    join_as_c_does()
    child = os.fork()
    if child == 0:
        os._exit(7)
    return found[0], os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), float(np.linalg.det(np.eye(40) * 1.1))
"""
# Calls that anyone may make, and that change nothing, by the C library's own names.
HARMLESS = {"unshare": (0,), "personality": (0xFFFFFFFF,), "memfd_create": (0, 0), "shmget": (0, 4096, 0o600)}


def open_filtered(calls: bytes | None = None) -> Iterator[Student]:
    """A student in a plain process, with the filter or without."""
    confinement = sandbox.confine_plainly()
    if calls is not None:
        confinement = dataclasses.replace(confinement, denied_calls=calls)
    with open_student(make_launcher(LIMITS, [confinement]), SOURCE, LIMITS) as (student, _):
        yield student


@pytest.fixture(scope="module")
def filtered() -> Iterator[Student]:
    """In a plain process, so that nothing but the filter can be the reason."""
    yield from open_filtered()


@pytest.fixture(scope="module")
def unfiltered() -> Iterator[Student]:
    """The same without."""
    yield from open_filtered(b"")


@pytest.mark.parametrize("name", HARMLESS)
def test_the_kernel_refuses_what_it_would_grant(filtered: Student, unfiltered: Student, name: str) -> None:
    """By the C library's name: so the numbers are the right ones."""
    assert errno.EPERM != unfiltered.call_by_name(name, *HARMLESS[name])[1]
    assert (-1, errno.EPERM) == filtered.call_by_name(name, *HARMLESS[name])


def test_no_socket_can_be_made(filtered: Student, unfiltered: Student) -> None:
    """Of no family; a program that asks for one is told that there is no such family."""
    for family in (1, 2, 10, 16, 17, 40):
        assert (-1, errno.EAFNOSUPPORT) == filtered.call_by_name("socket", family, 1, 0)
    assert unfiltered.call_by_name("socket", 1, 1, 0)[0] > 2


def test_every_denied_call_is_refused_by_this_kernel(filtered: Student) -> None:
    """Not one slips through, whatever its arguments."""
    numbers = list(seccomp.find_numbers(seccomp.DENIED, TABLES[platform.machine()]))
    assert len(numbers) > 50
    for number in numbers:
        assert (-1, errno.EPERM) == filtered.call(number, -1, -1, -1, -1, -1, -1)


def test_threads_processes_and_numpy_work(filtered: Student) -> None:
    """And the filter is every thread's and every child's."""
    refused, ended, determinant = filtered.work()
    assert ((-1, errno.EPERM), 7) == (refused, ended)
    assert 1.1**40 == pytest.approx(determinant)
