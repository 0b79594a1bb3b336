"""`python -m grader` is `grade`, where the command is not on the PATH."""

from grader.cli import main

main()
