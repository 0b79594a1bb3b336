"""Reporters turn a `Report` into text for one channel: a terminal, a CI page, a log, a test-result file.

Each is a pure function in a module of its own. It shows what the report holds: whoever calls it has already
redacted the report for those who will read it.
"""
