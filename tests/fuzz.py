"""Damaged frames and archives by the million: nothing but our own errors may come of them, and no memory go.

    python -m tests.fuzz                                 1 000 000 frames and 100 000 archives; a few minutes
    python -m tests.fuzz frames --guided 600             ten minutes, led by coverage (atheris, the extra `fuzz`)

Both print what became of them and end with 1 if anything else was raised; --seed makes others of them. `make fuzz` is
the first.
"""

from __future__ import annotations

import argparse
import atexit
import functools
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from grader.course.intake import take_in
from grader.course.manifest import find_assignment, read_course
from grader.model.course import Assignment
from grader.worker.inside import wire
from grader.worker.inside.tags import ProtocolError
from tests import archives
from tests.worker import frames
from tests.worker.memory import measure_growth

ROOT = Path(__file__).parent.parent
MOST_GROWTH = 64  # MiB
CHANGED = "changed"
WARM_UP, SHOWN = 1000, 5


def try_frame(data: bytes) -> str:
    """What becomes of these bytes on the pipe."""
    try:
        wire.read_frame(frames.Reader(data), limit=1 << 20)
    except ProtocolError:
        return "refused"
    except EOFError:
        return "too short"
    return "accepted"


def try_archive(data: bytes) -> str:
    """What becomes of these bytes as a zip; `changed` is a content that nobody packed."""
    path = find_folder() / "kim.zip"
    path.write_bytes(data)
    submission = take_in(path, find_homework(), "kim")
    if submission.problem is not None:
        return submission.problem.kind
    return "accepted" if [archives.SOURCE] == [file.content for file in submission.files] else CHANGED


@functools.cache
def find_homework() -> Assignment:
    """The one whose file is in the archives."""
    return find_assignment(read_course(ROOT), "hw4")


@functools.cache
def find_folder() -> Path:
    """Where archives lie; in memory, so that a disk is no part of this."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


class Target(NamedTuple):
    """What is tried, on which bytes, and how often."""

    attempt: Callable[[bytes], str]
    valid: Callable[[], list[bytes]]
    damage: Callable[[int, int], Iterator[bytes]]
    number: int


TARGETS = {
    "frames": Target(
        try_frame,
        frames.make_valid_frames,
        lambda number, seed: frames.damage(frames.make_valid_frames(), number, seed),
        1_000_000,
    ),
    "archives": Target(try_archive, lambda: archives.VALID, archives.damage, 100_000),
}


def try_many(name: str, number: int, seed: int) -> bool:
    """Try so many, say what became of them, and whether all is well."""
    target = TARGETS[name]
    ends: Counter[str] = Counter()
    failures = []
    for data in target.damage(WARM_UP, seed + 1):  # what stays in memory for good is there from here on
        target.attempt(data)
    with measure_growth() as growth:
        for data in target.damage(number, seed):
            try:
                end = target.attempt(data)
                ends[end] += 1
                if end == CHANGED:  # by chance: whoever looks for it can make a zip of anything
                    failures.append((data, "a content that nobody packed"))
            except Exception:  # any other is what is looked for
                failures.append((data, traceback.format_exc()))
    told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    print(f"{number} {name}, seed {seed}: {told}; {len(failures)} crashes; {growth.mib:.0f} MiB of memory", flush=True)
    for data, reason in failures[:SHOWN]:
        print(f"\n{data.hex()}\n{reason}")
    return not failures and growth.mib <= MOST_GROWTH


def guide(name: str, seconds: int) -> None:
    """Let atheris look for bytes that reach new code; it ends the process itself, and keeps what crashed."""
    import atheris

    folder = tempfile.mkdtemp(prefix="corpus-")
    for number, data in enumerate(TARGETS[name].valid()):
        (Path(folder) / str(number)).write_bytes(data)
    for module in ("grader.worker.inside.wire", "grader.course.intake", "zipfile"):
        for value in vars(sys.modules[module]).values():
            if callable(value) and getattr(value, "__module__", None) == module and hasattr(value, "__code__"):
                atheris.instrument_func(value)
    print(f"what crashes is kept in {folder}", flush=True)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-rss_limit_mb=1024", "-print_final_stats=1"]
    options += [f"-artifact_prefix={folder}/crash-", folder]
    atheris.Setup([sys.argv[0], *options], TARGETS[name].attempt)
    atheris.Fuzz()


def main() -> None:
    """As the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("target", nargs="?", choices=TARGETS)
    parser.add_argument("--number", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", type=int, metavar="SECONDS")
    options = parser.parse_args()
    names = [options.target] if options.target else list(TARGETS)
    if options.guided:
        guide(names[0], options.guided)
        return
    well = [try_many(name, options.number or TARGETS[name].number, options.seed) for name in names]
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()
