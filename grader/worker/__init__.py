"""Where student code runs: a separate process that is sent inputs and returns values, never verdicts."""
