"""The source of right answers: a homework's reference.py in torch float64.

In a kit, the answers are values that were recorded from the reference at release; students have only these records and
need no torch. On the staff's machine, torch is imported on the first question and never before.

Answers are remembered per process, so that a batch computes each of them once. The answers to student code's own
questions are remembered until its submission is done. Each of the two memories has a limit in bytes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np

from grader.errors import OracleError
from grader.explain.replies import explain_unsupported
from grader.oracle.store import AnswerStore
from grader.worker import allowance
from grader.worker.inside import wire
from grader.worker.inside.tags import LaidOut, ProtocolError, Unsupported
from grader.worker.inside.wire import Kind

STAND_IN = ""  # a question's check, when the reference stands in for a function of the student
MAX_STAND_IN = 10_000  # bytes of the largest such question that is kept; a training asks hundreds of larger ones
STAND_IN_BYTES = 8 << 20  # for all such answers to one submission
ANSWER_BYTES = 128 << 20  # for all other answers, some of them to questions about a student's values


class Question(NamedTuple):
    """One call to the oracle.

    `number` counts the calls within the check. `upstream` is None if the value itself is asked for, and otherwise the
    upstream gradient of a vector-Jacobian product.
    """

    check: str
    number: int
    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    upstream: Any = None


class Source(Protocol):
    """A source of answers: the reference itself, or its records."""

    def answer(self, question: Question) -> Any:
        """Answer with plain values and float64 arrays; may raise `OracleError`."""
        ...

    def version(self) -> str | None:
        """Return the version of torch behind the answers; None for records."""
        ...

    def forget(self) -> None:
        """Forget the questions of a submission that is done.

        No other submission asks what its code asked.
        """
        ...


class Oracle:
    """The fixture `oracle`: every attribute is a function of the reference.

    `oracle.softmax(z)` gives the value of the function. `oracle.vjp("softmax", z, upstream=g)` gives the
    vector-Jacobian products g^T d softmax / d z, one array for each argument that is a float array, in their order.
    """

    def __init__(self, source: Source, check: str) -> None:
        self.__source = source
        self.__check = check
        self.__asked = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.__ask(name, args, kwargs, None)

    def vjp(self, name: str, *args: Any, upstream: Any) -> tuple[np.ndarray[Any, Any], ...]:
        """Compute the gradients of sum(upstream * name(*args)).

        `name` is a function of the reference. `upstream` has the shape of its value, or is a tuple of arrays where the
        value is one. Returns one array for each argument that is a float array, in their order. The method is reverse
        mode (Baydin et al. 2018, section 3.2).
        """
        answer: tuple[np.ndarray[Any, Any], ...] = self.__ask(name, args, {}, upstream)
        return answer

    def __ask(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], upstream: Any) -> Any:
        question = Question(self.__check, self.__asked, name, _take_up(args), _take_up(kwargs), upstream)
        self.__asked += 1
        return self.__source.answer(question)


def _take_up(value: Any) -> Any:
    """Replace each laid-out array by the plain array that it stands for.

    The reference reads only values, so the layout does not matter to it.
    """
    if isinstance(value, LaidOut):
        return value.array
    if type(value) in (list, tuple):
        return type(value)(map(_take_up, value))
    if type(value) is dict:
        return {key: _take_up(part) for key, part in value.items()}
    return value


class Memory:
    """Answers by question, as frames, within a limit of bytes.

    The memory keeps the answers that were asked for last, as many as fit into `room` bytes. `frames` are those that it
    begins with, by the digest of the question.
    """

    def __init__(self, room: int, frames: Mapping[bytes, bytes] | None = None) -> None:
        self._room = room
        self._frames = OrderedDict(frames or {})
        self.size = sum(map(_weigh, self._frames.values()))

    def list_frames(self) -> dict[bytes, bytes]:
        """Return what is remembered, for another memory to begin with."""
        return dict(self._frames)

    def get(self, question: bytes) -> bytes | None:
        """Find the frame of the answer that is remembered, or return None."""
        digest = hashlib.sha256(question).digest()
        if digest in self._frames:
            self._frames.move_to_end(digest)
        return self._frames.get(digest)

    def put(self, question: bytes, frame: bytes) -> None:
        """Remember an answer, and forget as many old ones as that takes."""
        digest = hashlib.sha256(question).digest()
        self.size += _weigh(frame) - _weigh(self._frames.pop(digest, None))
        self._frames[digest] = frame
        while self.size > self._room:
            self.size -= _weigh(self._frames.popitem(last=False)[1])


def _weigh(frame: bytes | None) -> int:
    """Count the bytes of an answer together with its question's digest."""
    return 0 if frame is None else len(frame) + 200


class TorchSource:
    """A source that asks a homework's reference.py.

    Raises `OracleError` if torch or the function is missing. An exception of the reference itself comes through as it
    is, and an answer that cannot be sent is a `TypeError`. These two are not an `OracleError`, because the question may
    have been about a student's value.
    """

    def __init__(
        self, path: Path, store: AnswerStore | None = None, answers: Mapping[bytes, bytes] | None = None
    ) -> None:
        """Prepare to ask the reference at `path`.

        `store` keeps answers on disk. `answers` are those that another process's source has given, see `list_answers`.
        """
        self._path = path
        self._store = store
        self._module: ModuleType | None = None
        self._version: str | None = None
        self._answers = Memory(ANSWER_BYTES, answers)
        self._stand_ins = Memory(STAND_IN_BYTES)

    def version(self) -> str | None:
        """Return the version of the installed torch, without importing it."""
        if self._version is None:
            self._version = find_torch()
        return self._version

    def list_answers(self) -> dict[bytes, bytes]:
        """Return all answers but those to student code, by the digests of the questions."""
        return self._answers.list_frames()

    def answer(self, question: Question) -> Any:
        """Compute an answer, or return what was computed for the same arguments.

        The arrays that are returned belong to the caller.
        """
        try:
            key = wire.encode(Kind.CALL, 0, tuple(question[2:]))
        except Unsupported:  # a function among the arguments has no bytes, so the answer cannot be remembered
            return self._compute(question)
        frame = self._answers.get(key) or self._stand_ins.get(key) or self._recall(key)
        if frame is None:
            frame = self._encode(question, self._compute(question))
            if question.check == STAND_IN and len(key) + len(frame) > MAX_STAND_IN:
                return wire.decode(frame)
            if self._store is not None:
                self._store.put(key, frame)
        (self._stand_ins if question.check == STAND_IN else self._answers).put(key, frame)
        return wire.decode(frame)

    def forget(self) -> None:
        """Forget the answers that stood in for functions of one submission."""
        self._stand_ins = Memory(STAND_IN_BYTES)

    def _encode(self, question: Question, answer: Any) -> bytes:
        try:
            return wire.encode(Kind.RETURNED, 0, answer)
        except Unsupported as reason:
            raise TypeError(
                f"the reference {question.function} of {self._path} returned {explain_unsupported(str(reason))}"
            ) from None

    def _recall(self, key: bytes) -> bytes | None:
        frame = self._store.get(key) if self._store is not None else None
        try:
            if frame is not None:
                wire.decode(frame)
        except ProtocolError:
            return None
        return frame

    def _compute(self, question: Question) -> Any:
        module = self._load()
        function = getattr(module, question.function, None)
        if function is None:
            raise OracleError(f"{self._path} has no function {question.function}")
        try:
            if question.upstream is None:
                return _from_torch(function(*map(_to_torch, question.args), **question.kwargs))
            return _differentiate(function, question)
        except Exception as error:  # the harness decides whose failure it is: the arguments may be a student's
            error.add_note(f"in the reference {question.function} of {self._path}")
            raise

    def _load(self) -> ModuleType:
        if self._module is None:
            with allowance.unlimited():  # an import that is broken off would be left half done
                self._module = _import_reference(self._path)
            if torch := sys.modules.get("torch"):
                torch.set_num_threads(1)  # under a limit of memory, a thread that cannot start ends the process
        return self._module


def find_torch() -> str | None:
    """Find the version of the installed torch in its metadata, or return None."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("torch")
    except PackageNotFoundError:
        return None


def _import_reference(path: Path) -> ModuleType:
    if importlib.util.find_spec("torch") is None:
        raise OracleError(
            "the reference needs torch, which is not installed",
            "install it with: pip install 'nn-grader[reference]'",
        )
    spec = importlib.util.spec_from_file_location(f"reference_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise OracleError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _to_torch(value: Any, gradients: bool = False) -> Any:
    import torch  # importing torch costs seconds

    if isinstance(value, np.ndarray):
        floating = value.dtype.kind == "f"
        tensor = torch.from_numpy(np.array(value, dtype=np.float64 if floating else value.dtype))
        return tensor.requires_grad_(floating and gradients)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return type(value)(_to_torch(part, gradients) for part in value)
    if isinstance(value, dict):
        return {key: _to_torch(part, gradients) for key, part in value.items()}
    return value


def _from_torch(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        array = value.detach().numpy()
        return array.item() if array.ndim == 0 else np.array(array)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_from_torch, value))
    if isinstance(value, dict):
        return {key: _from_torch(part) for key, part in value.items()}
    return value


def _differentiate(function: Callable[..., Any], question: Question) -> tuple[np.ndarray[Any, Any], ...]:
    import torch

    args = [_to_torch(value, gradients=True) for value in question.args]
    outputs = function(*args, **question.kwargs)
    inputs = [arg for arg in args if isinstance(arg, torch.Tensor) and arg.requires_grad]
    upstream = question.upstream
    if not isinstance(upstream, (list, tuple)):
        outputs, upstream = [outputs], [upstream]
    seeds = [torch.as_tensor(part, dtype=torch.float64) for part in upstream]
    gradients = torch.autograd.grad(outputs, inputs, seeds, allow_unused=True)
    zeros = (torch.zeros_like(argument) for argument in inputs)
    return tuple(
        np.array((zero if gradient is None else gradient).numpy())
        for gradient, zero in zip(gradients, zeros, strict=True)
    )
