"""nn-grader: auto-graded numpy assignments for a neural-network course."""

__version__ = "0.1.0"
