"""Grading of one homework: pytest session, verdicts, whole submissions."""
