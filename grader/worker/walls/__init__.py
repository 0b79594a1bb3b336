"""What confines a worker: the sandbox of this machine, its file system, its system calls, its memory."""
