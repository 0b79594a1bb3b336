"""One student's runs: the checks passed, hints given, grading on saves."""
