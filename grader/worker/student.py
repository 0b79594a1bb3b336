"""The student's file as a suite sees it: functions to call, whose values come from the worker."""

from __future__ import annotations

from typing import Any

from grader.worker.client import Client


class StudentFunction:
    """One function of the student's, called like any other.

    `student.linear_forward.opaque(1)(x, W, b)` leaves the second part of what is returned (the cache) in the worker;
    `student.softmax.echo(z)` gives the value and the arguments as they are after the call.
    """

    def __init__(self, client: Client, name: str, positions: tuple[int, ...] = ()) -> None:
        self._client = client
        self._name = name
        self._positions = positions

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it, and give its value. Raises `CheckFailed` whatever goes wrong on the student's side."""
        return self._client.call(self._name, args, kwargs, self._positions)[0]

    def opaque(self, *positions: int) -> StudentFunction:
        """The same function, with these positions of its returned tuple kept in the worker."""
        return StudentFunction(self._client, self._name, positions)

    def echo(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call it, and give (value, arguments afterwards)."""
        value, echoed = self._client.call(self._name, args, kwargs, self._positions, echo=True)
        return value, echoed or ()


class Student:
    """What a suite receives as `student`: every attribute is a function of the student's file."""

    def __init__(self, client: Client) -> None:
        self.__client = client

    def __getattr__(self, name: str) -> StudentFunction:
        if name.startswith("__"):
            raise AttributeError(name)
        return StudentFunction(self.__client, name)
