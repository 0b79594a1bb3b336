"""The saves of a student: one event for each burst of changes to a file."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

GATHER_MS, STEP_MS, STOP_MS = 200, 40, 200  # editors write a file in several steps: one burst


@contextlib.contextmanager
def listen(path: Path, inside: str, name: str, tell: Callable[[], None], poll: bool = False) -> Iterator[None]:
    """Call `tell`, from a thread, whenever the student's file has changed.

    This lasts as long as the context. If `path` is a folder, the file is the one called `name`, in `path` or in its
    folder `inside`; otherwise the file is `path` itself. With `poll`, the files are looked at again and again, for
    network drives that report no changes.
    """
    stop = threading.Event()
    folder = path if path.is_dir() else path.parent
    wanted = name if path.is_dir() else path.name
    inner = [folder / inside] if path.is_dir() and (folder / inside).is_dir() else []

    def watch() -> None:
        for _ in watchfiles.watch(
            folder,
            *inner,
            recursive=False,  # a virtual environment beside the file has more folders than the system can watch
            watch_filter=lambda _, changed: Path(changed).name == wanted,
            debounce=GATHER_MS,
            step=STEP_MS,
            rust_timeout=STOP_MS,
            stop_event=stop,
            force_polling=poll or None,
            ignore_permission_denied=True,
            raise_interrupt=False,
        ):
            tell()

    watcher = threading.Thread(target=watch, daemon=True, name="saves")
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join(timeout=2)
