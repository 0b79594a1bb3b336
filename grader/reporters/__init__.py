"""Reporters: each turns a `Report` into text for one channel.

The channels are a terminal, a CI page, a log and a test-result file. Each reporter is a pure function in a module of
its own. It shows everything that the report holds: its caller has redacted the report for those who will read it.
"""
