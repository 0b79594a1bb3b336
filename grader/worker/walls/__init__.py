"""The walls of a worker: its sandbox and its limits.

The modules choose the sandbox of this machine, and set up its file system, its system calls and its memory.
"""
