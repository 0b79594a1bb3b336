"""Let `python -m grader` run `grade`, if that is not on the PATH."""

from grader.cli import main

main()
