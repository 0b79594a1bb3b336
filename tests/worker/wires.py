"""Two sandboxes on one machine, and everything by which one might tell the other something.

A wire is prepared at the receiver's end, used at the sender's, and read at the receiver's: five bits each. With the
filter of system calls none may arrive; without it, most do, which shows that the tests can fail.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.errors import CheckFailed
from grader.worker.student import Student
from grader.worker.walls import sandbox
from grader.worker.walls.sandbox import Confinement
from tests.worker.intruder import LIMITS
from tests.worker.processes import make_launcher
from tests.worker.students import open_student

BITS = (1, 0, 1, 1, 0)
SOURCE = r'''
import ctypes, fcntl, os, signal, socket, struct, threading, time
import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_long
X86 = os.uname().machine == "x86_64"
SHARED = os.__file__
KEPT = {}

def call(number, *arguments):
    """A system call by its number here (x86-64's, then the generic one)."""
    found = libc.syscall(ctypes.c_long(number[0] if X86 else number[1]), *map(ctypes.c_long, arguments))
    if found < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return found

def lock_region(command, kind, start=4242):
    handle = KEPT.setdefault("file", os.open(SHARED, os.O_RDONLY))
    answer = fcntl.fcntl(handle, command, struct.pack("hhqqi4x", kind, 0, start, 1, 0))
    return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK

def nothing():
    pass

class OpenFileLock:
    get, put = 36, 37
    prepare = staticmethod(nothing)
    def send(self, bit):
        lock_region(self.put, fcntl.F_RDLCK if bit else fcntl.F_UNLCK)
    def read(self):
        return lock_region(self.get, fcntl.F_WRLCK)

class ProcessLock(OpenFileLock):
    get, put = fcntl.F_GETLK, fcntl.F_SETLK

class WholeFileLock:
    prepare = staticmethod(nothing)
    def send(self, bit):
        handle = KEPT.setdefault("whole", os.open(SHARED, os.O_RDONLY))
        fcntl.flock(handle, fcntl.LOCK_EX if bit else fcntl.LOCK_UN)
    def read(self):
        handle = os.open(SHARED, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True
        finally:
            os.close(handle)

class Lease:
    """Only who owns a file may lease it: the grading user, in whose name an ordinary worker runs."""
    place = "/shared/leased"
    prepare = staticmethod(nothing)
    def send(self, bit):
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        if "leased" in KEPT:
            os.close(KEPT.pop("leased"))
        if bit:
            KEPT["leased"] = os.open(self.place, os.O_RDONLY)
            fcntl.fcntl(KEPT["leased"], 1024, fcntl.F_WRLCK)
    def read(self):
        try:
            os.close(os.open(self.place, os.O_RDONLY | os.O_NONBLOCK))
            return False
        except BlockingIOError:
            return True

class FolderNotice:
    prepare_signal = 40
    def prepare(self):
        KEPT["noticed"] = 0
        def note(*_):
            KEPT["noticed"] += 1
        signal.signal(self.prepare_signal, note)
        handle = KEPT.setdefault("folder", os.open(os.path.dirname(SHARED), os.O_RDONLY))
        fcntl.fcntl(handle, 10, self.prepare_signal)
        fcntl.fcntl(handle, 1026, 0x80000001)
    def send(self, bit):
        if bit:
            with open(SHARED, "rb") as file:
                file.read(10)
    def read(self):
        time.sleep(0.05)
        return KEPT["noticed"] > 0

class Watch(FolderNotice):
    def prepare(self):
        if "watch" not in KEPT:
            KEPT["watch"] = call((294, 26), 0o4000)
            name = ctypes.create_string_buffer(SHARED.encode())
            if libc.inotify_add_watch(KEPT["watch"], name, 0x1 | 0x20) < 0:
                raise OSError(ctypes.get_errno(), "refused")
    def read(self):
        if "watch" not in KEPT:
            raise OSError(1, "refused")
        try:
            return len(os.read(KEPT["watch"], 4096)) > 0
        except BlockingIOError:
            return False

class Waiter:
    """A word of a file that both have mapped: who wakes its waiters is told how many there were."""
    def map(self):
        if "address" not in KEPT:
            handle = os.open(SHARED, os.O_RDONLY)
            KEPT["address"] = libc.mmap(*map(ctypes.c_long, (0, 4096, 1, self.flags, handle, 0)))
        return KEPT["address"]
    flags = 1
    prepare = staticmethod(nothing)
    def send(self, bit):
        address = self.map()
        if bit:
            word = ctypes.c_uint32.from_address(address).value
            KEPT["patience"] = struct.pack("qq", 30, 0)
            timeout = ctypes.addressof(ctypes.cast(KEPT["patience"], ctypes.POINTER(ctypes.c_char)).contents)
            def wait():
                try:
                    call((202, 98), address, 0, word, timeout, 0, 0)
                except OSError as error:
                    KEPT["refused"] = error
            threading.Thread(target=wait, daemon=True).start()
            time.sleep(0.2)
    def read(self):
        return call((202, 98), self.map(), 1, 100, 0, 0, 0) > 0

class PrivateWaiter(Waiter):
    """A page of a private mapping is the file's too, until it is written to."""
    flags = 2

class DeadWaiter(Waiter):
    """The kernel itself wakes one waiter where a thread that ends said that its number lies."""
    def prepare(self):
        KEPT["woken"] = False
        address = self.map()
        word = ctypes.c_uint32.from_address(address).value
        timeout = ctypes.create_string_buffer(struct.pack("qq", 2, 0))
        def wait():
            try:
                call((202, 98), address, 0, word, ctypes.addressof(timeout), 0, 0)
                KEPT["woken"] = True
            except OSError as error:
                KEPT["refused"] = error
        threading.Thread(target=wait, daemon=True).start()
        time.sleep(0.2)
    def send(self, bit):
        if bit:
            address = self.map()
            child = os.fork()
            if child == 0:
                def end():
                    call((218, 96), address)
                    call((60, 93), 0)  # this thread alone, without Python's own goodbye
                threading.Thread(target=end, daemon=True).start()
                time.sleep(0.2)
                os._exit(0)
            os.waitpid(child, 0)
    def read(self):
        time.sleep(0.1)
        return KEPT["woken"]

class AsynchronousRequests:
    """The machine has so many slots for them, whoever asks."""
    prepare = staticmethod(nothing)
    def take(self, number):
        slot = ctypes.c_ulong(0)
        call((206, 0), number, ctypes.addressof(slot))
        return slot.value
    def give(self, slot):
        call((207, 1), slot)
    def send(self, bit):
        for slot in KEPT.pop("slots", []):
            self.give(slot)
        if bit:
            KEPT["slots"] = [self.take(8000) for _ in range(6)]
    def read(self):
        mine = []
        try:
            while len(mine) < 5:
                mine.append(self.take(8000))
        except OSError as error:
            if error.errno != 11:
                raise
        for slot in mine:
            self.give(slot)
        return len(mine) < 5

class Timers:
    """Each timer has a signal set aside for it, and a user only so many."""
    prepare = staticmethod(nothing)
    def send(self, bit):
        made = KEPT.setdefault("timers", [])
        if bit:
            try:
                while True:
                    number = ctypes.c_int(0)
                    call((222, 107), 1, 0, ctypes.addressof(number))
                    made.append(number.value)
            except OSError:
                pass
        else:
            while made:
                call((226, 111), made.pop())
    def read(self):
        number = ctypes.c_int(0)
        try:
            call((222, 107), 1, 0, ctypes.addressof(number))
        except OSError as error:
            if error.errno != 11:
                raise
            return True
        call((226, 111), number.value)
        return False

def count_processes():
    room = ctypes.create_string_buffer(512)
    call((99, 179), ctypes.addressof(room))
    return struct.unpack_from("l9LH", room.raw)[10]

class Processes:
    """How many there are on the whole machine."""
    def prepare(self):
        KEPT["before"] = min(count_processes() for _ in range(5))
    def send(self, bit):
        for pid in KEPT.pop("children", []):
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        if bit:
            KEPT["children"] = []
            for _ in range(5):
                pid = os.fork()
                if pid == 0:
                    time.sleep(5)
                    os._exit(0)
                KEPT["children"].append(pid)
    def read(self):
        return min(count_processes() for _ in range(5)) >= KEPT["before"] + 4

def number_pipe():
    ends = os.pipe()
    number = os.fstat(ends[0]).st_ino
    for end in ends:
        os.close(end)
    return number

class PipeNumbers:
    """Pipes are numbered one after the other on the whole machine, 1024 in advance for each processor."""
    def find_batch(self):
        return max(number_pipe() for _ in range(1025)) // 1024
    def prepare(self):
        KEPT["batch"] = self.find_batch()
    def send(self, bit):
        for _ in range(40_000 if bit else 0):
            number_pipe()
    def read(self):
        return self.find_batch() - KEPT["batch"] > 20

def number_socket():
    ends = socket.socketpair()
    number = os.fstat(ends[0].fileno()).st_ino
    for end in ends:
        end.close()
    return number

class SocketNumbers(PipeNumbers):
    def find_batch(self):
        return max(number_socket() for _ in range(600)) // 1024
    def send(self, bit):
        for _ in range(20_000 if bit else 0):
            number_socket()

class ProcessNumbers:
    """A handle of a process tells which one it was since the machine was started."""
    def count(self):
        child = os.fork()
        if child == 0:
            time.sleep(1)
            os._exit(0)
        try:
            handle = call((434, 434), child, 0)
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
        number = os.fstat(handle).st_ino
        os.close(handle)
        return number
    def prepare(self):
        KEPT["count"] = self.count()
    def send(self, bit):
        for _ in range(60 if bit else 0):
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
    def read(self):
        return self.count() - KEPT["count"] > 50

class DeviceTimes:
    """Who may write to a file may set its time to now, and everybody may write to /dev/null."""
    def prepare(self):
        KEPT["time"] = os.stat("/dev/null").st_mtime_ns
    def send(self, bit):
        time.sleep(0.02)  # the clock of files ticks every few milliseconds
        if bit:
            os.utime("/dev/null")
    def read(self):
        return os.stat("/dev/null").st_mtime_ns != KEPT["time"]

class ReadTimes:
    """Reading a file may change the time of its last reading."""
    place = "/shared/read"
    def prepare(self):
        KEPT["read"] = os.stat(self.place).st_atime_ns
    def send(self, bit):
        if bit:
            with open(self.place, "rb") as file:
                file.read()
    def read(self):
        return os.stat(self.place).st_atime_ns != KEPT["read"]

class CachedPages:
    """Whether a page of a file is in memory, asked and changed without waiting."""
    place = "/shared/pages"
    prepare = staticmethod(nothing)
    def send(self, bit):
        handle = os.open(self.place, os.O_RDONLY)
        if bit:
            os.pread(handle, 1 << 20, 0)
            time.sleep(0.05)
        else:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    def read(self):
        handle = os.open(self.place, os.O_RDONLY)
        try:
            return os.preadv(handle, [bytearray(10)], 65536, 8) > 0  # RWF_NOWAIT
        except BlockingIOError:
            return False
        finally:
            os.close(handle)

class CountedPages(CachedPages):
    """The same by cachestat."""
    def read(self):
        handle = os.open(self.place, os.O_RDONLY)
        span, told = ctypes.create_string_buffer(struct.pack("QQ", 65536, 4096)), ctypes.create_string_buffer(40)
        call((451, 451), handle, ctypes.addressof(span), ctypes.addressof(told), 0)
        os.close(handle)
        return struct.unpack_from("Q", told.raw)[0] > 0

class MappedPages(CachedPages):
    """The same by mincore, which is told to a file's owner."""
    def read(self):
        handle = os.open(self.place, os.O_RDONLY)
        address = libc.mmap(*map(ctypes.c_long, (0, 4096, 1, 1, handle, 0)))
        told = ctypes.create_string_buffer(1)
        try:
            call((27, 232), address, 4096, ctypes.addressof(told))
        finally:
            os.close(handle)
            libc.munmap(ctypes.c_long(address), ctypes.c_long(4096))
        return told.raw[0] & 1 == 1

class Terminals:
    """Each sandbox numbers its own."""
    def prepare(self):
        KEPT["terminal"] = self.open()
    def open(self):
        ends = os.openpty()
        name = os.ttyname(ends[1])
        for end in ends:
            os.close(end)
        return name
    def send(self, bit):
        for end in KEPT.pop("open", []):
            os.close(end)
        if bit:
            KEPT["open"] = os.openpty()
    def read(self):
        return self.open() != KEPT["terminal"]

class Priorities:
    """Of all processes of a user."""
    def prepare(self):
        KEPT["priority"] = os.getpriority(os.PRIO_USER, os.getuid())
    def send(self, bit):
        if bit:
            child = os.fork()
            if child == 0:
                os.setpriority(os.PRIO_USER, os.getuid(), 5)
                os._exit(0)
            os.waitpid(child, 0)
    def read(self):
        return os.getpriority(os.PRIO_PROCESS, 0) != KEPT["priority"]

WIRES = dict(
    open_file_lock=OpenFileLock, process_lock=ProcessLock, whole_file_lock=WholeFileLock, lease=Lease,
    folder_notice=FolderNotice, watch=Watch, waiter=Waiter, private_waiter=PrivateWaiter, dead_waiter=DeadWaiter,
    asynchronous_requests=AsynchronousRequests, timers=Timers, processes=Processes, pipe_numbers=PipeNumbers,
    socket_numbers=SocketNumbers, process_numbers=ProcessNumbers, device_times=DeviceTimes, read_times=ReadTimes,
    cached_pages=CachedPages, counted_pages=CountedPages, mapped_pages=MappedPages,
    terminals=Terminals, priorities=Priorities,
)

def use(name, act, *arguments):
    """What a wire's end says, or the error it met."""
    try:
        return getattr(WIRES[name](), act)(*arguments)
    except OSError as error:
        return f"{type(error).__name__} {error.errno}"

def list_wires():
    return list(WIRES)
'''


def main() -> None:
    """Print as JSON what arrived over each wire, with the filter and without."""
    print(json.dumps({"filtered": try_wires(True), "open": try_wires(False)}))


def try_wires(filtered: bool) -> dict[str, dict[str, Any]]:
    """{wire: what was received for each bit, and what its ends met}, between two sandboxes of the best level."""
    confinement = next(sandbox.list_confinements())
    if not filtered:
        confinement = replace(confinement, denied_calls=b"")
    found = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        launcher = make_launcher(LIMITS, [_share(confinement, Path(folder))])
        sender, receiver = (stack.enter_context(open_student(launcher, SOURCE, LIMITS))[0] for _ in range(2))
        for name in sender.list_wires():
            rows = list(_pass_bits(sender, receiver, name))
            met = {str(part) for row in rows for part in row}
            found[name] = {"received": [row[-1] for row in rows], "met": sorted(met)}
    return found


def _share(confinement: Confinement, folder: Path) -> Confinement:
    """Let all sandboxes see a folder of the grading user's, as they see its Python where it installed one."""
    folder.chmod(0o755)
    for name in ("leased", "pages", "read"):
        (folder / name).write_bytes(bytes(1 << 20))
    os.utime(folder / "read", (1_000_000_000, 2_000_000_000))  # so that a reading would be noted
    place = confinement.command.index("--dev")
    bind = ("--ro-bind", str(folder), "/shared")
    return replace(confinement, command=(*confinement.command[:place], *bind, *confinement.command[place:]))


def _pass_bits(sender: Student, receiver: Student, name: str) -> Iterator[list[Any]]:
    for bit in BITS:
        try:
            yield [receiver.use(name, "prepare"), sender.use(name, "send", bit), receiver.use(name, "read")]
        except CheckFailed as failure:
            yield [failure.message.got]


def carries(received: list[Any]) -> bool:
    """Whether what arrived is what was sent; an error in place of a bit is a no."""
    return [value is True for value in received] == list(map(bool, BITS))
