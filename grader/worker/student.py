"""The student's file as a suite sees it: an object with functions.

The functions run in the worker, and their values come from there.
"""

from __future__ import annotations

from typing import Any

from grader.worker.client import Client


class StudentFunction:
    """One of the student's functions, which a suite calls like any other.

    `student.linear_forward.opaque(1)(x, W, b)` leaves the second part of the returned tuple (the cache) in the worker.
    `student.softmax.echo(z)` returns the value and the arguments as they are after the call.
    """

    def __init__(self, client: Client, name: str, positions: tuple[int, ...] = ()) -> None:
        self._client = client
        self._name = name
        self._positions = positions

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function and return its value.

        Raises `CheckFailed` for anything that goes wrong on the student's side.
        """
        return self._client.call(self._name, args, kwargs, self._positions)[0]

    def opaque(self, *positions: int) -> StudentFunction:
        """Return the same function, with parts of its result kept in the worker.

        `positions` are places in the tuple that the function returns. A handle comes back in place of each of them.
        """
        return StudentFunction(self._client, self._name, positions)

    def echo(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call the function and return (value, arguments after the call)."""
        value, echoed = self._client.call(self._name, args, kwargs, self._positions, echo=True)
        return value, echoed or ()


class Student:
    """The object that a suite receives as `student`.

    Every attribute is a function of the student's file.
    """

    def __init__(self, client: Client) -> None:
        self.__client = client

    def __getattr__(self, name: str) -> StudentFunction:
        if name.startswith("__"):
            raise AttributeError(name)
        return StudentFunction(self.__client, name)
