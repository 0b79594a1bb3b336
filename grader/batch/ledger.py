"""Read and write the ledger of a folder of results.

The ledger has the folder's homework, run and seed, the student of each id, and the digests of the reports that batches
wrote. `ledger.jsonl` has one fact per line, and lines are only added: a line that a crash cut short damages no other.
Every line has a code (HMAC) made with a key that lies in the cache of the user who grades, never with the results. So a
student can hand in a folder that looks like results, but cannot write a valid line of this file.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from grader.course.intake import make_id
from grader.report import write_atomically

FILE = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Holder:
    """The student who has an id.

    `name` is the file name of the submission; `person` is the name without the ending of a file (`name_person`), so it
    is the same however the submission is packed.
    """

    name: str
    person: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The facts of a ledger file.

    `holders` is by id. `written` has the digests of each report file, the newest last, by id and file name.
    """

    assignment: str
    run: str
    seed: int
    holders: dict[str, Holder] = field(default_factory=dict)
    written: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def find_rivals(self) -> dict[str, list[str]]:
        """Find the students who asked for the same id, and list their ids.

        Two students are rivals if they asked for the same id (ignoring case), or if one of them asked for the id that
        the other one has. Returns, for each id whose holder has rivals, the sorted ids of the rivals.
        """
        groups: dict[str, set[str]] = {}
        for identifier, holder in self.holders.items():
            groups.setdefault(make_id(holder.person).casefold(), set()).add(identifier)
        for identifier in self.holders:
            groups.get(identifier.casefold(), set()).add(identifier)
        found: dict[str, set[str]] = {}
        for group in groups.values():
            for identifier in group if len(group) > 1 else ():
                found.setdefault(identifier, set()).update(group - {identifier})
        return {identifier: sorted(others) for identifier, others in found.items()}


def open_ledger(out: Path, assignment: str, seed: int) -> Ledger:
    """Read the ledger of the folder `out`, or begin it if there is none.

    If several batches start at once, the first one begins the ledger, with its `seed`, and the others read that one.

    Raises `OSError` if the ledger cannot be written, and `ValueError` if this user's key did not make it.
    """
    path = out / FILE
    if not os.path.lexists(path):
        run = secrets.token_hex(8)
        write_once(path, _write_line({"assignment": assignment, "run": run, "seed": seed}))
    ledger = read_ledger(out)
    if ledger is None:
        raise ValueError("its ledger was not written by this user on this machine")
    return ledger


def write_once(path: Path, text: str) -> None:
    """Write a file for its owner's eyes only, unless it exists.

    If two batches start at once, both read the file of the first one, and never a part of it.
    """
    whole = path.with_name(f".{secrets.token_hex(8)}.{path.name}")
    write_atomically(whole, text, 0o600)
    try:
        os.link(whole, path)  # unlike a rename, a link never replaces a file
    except FileExistsError:
        pass
    except OSError:  # a drive without links: the later file wins there
        os.replace(whole, path)
    finally:
        whole.unlink(missing_ok=True)


def read_ledger(out: Path, proven: bool = True) -> Ledger | None:
    """Read the ledger of the folder `out`; None if it has no valid line.

    With `proven`, only lines made with this user's key are valid. Without, every line is, so the ledger may serve to
    refuse a report and never to accept one.
    """
    try:
        lines = (out / FILE).read_bytes().split(b"\n")
    except OSError:
        return None
    ledger: Ledger | None = None
    for fact in filter(None, (_read_line(line, proven) for line in lines)):
        try:
            ledger = _add(ledger, fact)
        except (KeyError, TypeError, AttributeError):  # a line whose code was not checked may hold any JSON object
            continue
    return ledger


def _add(ledger: Ledger | None, fact: dict[str, Any]) -> Ledger:
    if ledger is None:
        return Ledger(fact["assignment"], fact["run"], fact["seed"])
    if fact["run"] == ledger.run and "reports" in fact:
        for name, digest in fact["reports"].items():
            ledger.written.setdefault((fact["id"], name), []).append(digest)
    elif fact["run"] == ledger.run:
        ledger.holders.setdefault(fact["id"], Holder(fact["name"], fact["person"]))
    return ledger


def claim_ids(out: Path, ledger: Ledger, wanted: dict[str, Holder]) -> list[str]:
    """Enter the holders of new ids, and return the ids that are lost.

    `ledger` was read earlier. An id is lost if another batch has given it to a different student since then.
    """
    before = {each.casefold() for each in ledger.holders}
    with _locked(out):
        known = read_ledger(out) or ledger
        taken = {each.casefold(): holder for each, holder in known.holders.items()}
        new = {each: holder for each, holder in wanted.items() if each.casefold() not in taken}
        _append(out, [{"run": ledger.run, "id": i, "name": who.name, "person": who.person} for i, who in new.items()])
    late = (each for each in wanted if each not in new and each.casefold() not in before)
    return [each for each in late if taken[each.casefold()] != wanted[each]]


def enter_reports(out: Path, run: str, identifier: str, contents: dict[str, bytes]) -> None:
    """Enter a student's report files as the newest, by their contents.

    `contents` are the bytes of each file, by file name.
    """
    digests = {name: hash_content(content) for name, content in contents.items()}
    with _locked(out):
        _append(out, [{"run": run, "id": identifier, "reports": digests}])


def hash_content(content: bytes) -> str:
    """Return the digest by which the ledger knows a file (SHA-256)."""
    return hashlib.sha256(content).hexdigest()


def _append(out: Path, facts: list[dict[str, Any]]) -> None:
    """Add lines to the ledger, and flush them to disk."""
    path = out / FILE
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        # A full disk may have cut the last line short: it is ended first, so that it does not damage the next one.
        gap = b"" if file.read(1) in (b"", b"\n") else b"\n"
        file.seek(end)
        file.write(gap + "".join(map(_write_line, facts)).encode())
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Keep other batches from writing to the ledger during the block.

    Some systems and drives have no such locks. There, two batches that write at once may lose a line; the loss is then
    reported.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (out / FILE).open("rb") as file:
        with suppress(OSError):  # a network drive may have no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_line(fact: dict[str, Any]) -> str:
    text = json.dumps(fact, sort_keys=True)
    return json.dumps(fact | {"code": _prove(text)}, sort_keys=True) + "\n"


def _read_line(line: bytes, proven: bool) -> dict[str, Any] | None:
    try:
        fact = json.loads(line)
        code = fact.pop("code")
        good = not proven or hmac.compare_digest(_prove(json.dumps(fact, sort_keys=True)), code)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return fact if good and isinstance(fact, dict) else None


def find_key() -> Path:
    """Return the path of this user's key."""
    return user_cache_path("nn-grader") / "results.key"


def _prove(text: str) -> str:
    return hmac.new(_read_key(find_key()), text.encode(), "sha256").hexdigest()


@functools.cache
def _read_key(path: Path) -> bytes:
    """Read the key of this user on this machine; make it if there is none.

    If there is no place to keep a key, it lasts for this run only.
    """
    try:
        if not path.exists():
            write_once(path, secrets.token_hex(32))
        return path.read_bytes()
    except OSError:
        return secrets.token_bytes(32)
