"""The command line: the only floor that prints for people, exits, and turns errors into sentences."""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

import click

from grader.cli.app import app, move_options
from grader.cli.screen import complain, note
from grader.errors import GraderError
from grader.language import list_damaged, tell
from grader.typos import find_nearest

INTERRUPTED = 130
OUR_FAULT = 3


def main() -> NoReturn:
    """Run the command and exit: 0 all passed, 1 something not passed, 2 usage, 3 our failure, 130 interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a title may be in letters that a code page lacks
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command with these arguments and give its exit code. Every error ends here as a sentence."""
    code = _run(arguments)
    for path in list_damaged():
        note(tell("{path} cannot be read, so what it translates is in English; get it anew.", path=path))
    return code


def _run(arguments: list[str]) -> int:
    try:
        return int(app.main(move_options(arguments), prog_name="grade", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        if command := _find_meant(arguments):
            click.echo(tell("Did you mean grade {command}?", command=command), err=True)
        return error.exit_code
    except GraderError as error:
        complain(error.message, error.next_step)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain(tell("interrupted; what was finished is kept"))
        return INTERRUPTED
    except SystemExit:  # out of standalone mode, click leaves so only when the reader, such as `head`, has seen enough
        return 0
    except Exception as error:  # the last net
        if "GRADE_TRACEBACK" in os.environ:
            import traceback  # only a bug of ours needs it

            traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        complain(
            tell("this is a fault of the grader, not yours ({error}); nothing was deducted", error=what),
            tell("tell your course staff; with GRADE_TRACEBACK=1 set, the details are printed"),
        )
        return OUR_FAULT


def _find_meant(arguments: list[str]) -> str | None:
    """The command that was probably meant where the first word is none: it was taken for an assignment."""
    word = arguments[0] if arguments else ""
    return None if word.startswith("-") or word in app.commands else find_nearest(word, app.commands)
