"""The command line: it prints for people, exits, and words every error.

No other floor of the program does any of the three. Every exception ends here, as a sentence.
"""

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
    """Run the command line, and exit the process with its exit code.

    The code is 0 if everything passed, 1 if something did not pass, 2 after wrong usage, 3 if the grader failed, and
    130 after an interrupt.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A title may be in letters that a Windows code page lacks: print them as escapes instead of failing.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command with these arguments and return its exit code.

    Every error is printed as a sentence on stderr and not raised. At the end, each damaged catalogue is named there,
    too.
    """
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
    except SystemExit:  # outside standalone mode, click exits only if a reader, such as `head`, has closed the pipe
        return 0
    except Exception as error:  # the last handler: a bug must end as a sentence, too
        if "GRADE_TRACEBACK" in os.environ:
            import traceback  # imported here, as only a bug of the grader needs it

            traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        complain(
            tell("this is a fault of the grader, not yours ({error}); nothing was deducted", error=what),
            tell("tell your course staff; with GRADE_TRACEBACK=1 set, the details are printed"),
        )
        return OUR_FAULT


def _find_meant(arguments: list[str]) -> str | None:
    """Find the command that was probably meant by a misspelled first word.

    The command group takes an unknown first word for an assignment. Returns None where the word is an option or a
    command, or resembles no command.
    """
    word = arguments[0] if arguments else ""
    return None if word.startswith("-") or word in app.commands else find_nearest(word, app.commands)
