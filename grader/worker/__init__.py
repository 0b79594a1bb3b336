"""Run student code in a separate process, the worker.

The harness sends inputs to the worker, and the worker returns values, never verdicts.
"""
