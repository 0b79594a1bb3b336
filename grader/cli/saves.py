"""Whether a student has saved: one event for each burst of changes to the files that matter."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

GATHER_MS, STEP_MS, STOP_MS = 200, 40, 200  # editors write a file in several steps


@contextlib.contextmanager
def listen(path: Path, inside: str, name: str, tell: Callable[[], None], poll: bool = False) -> Iterator[None]:
    """Tell, from a thread, whenever a file of this name has changed in `path` or its folder `inside`, or `path` itself.

    `poll` looks at the files again and again: some network drives tell nobody of changes.
    """
    stop = threading.Event()
    folder = path if path.is_dir() else path.parent
    wanted = name if path.is_dir() else path.name
    inner = [folder / inside] if path.is_dir() and (folder / inside).is_dir() else []

    def watch() -> None:
        for _ in watchfiles.watch(
            folder,
            *inner,
            recursive=False,  # an environment beside the file has more folders than a system tells of
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
