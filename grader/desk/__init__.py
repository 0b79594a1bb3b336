"""One student's runs: what each passed, the hints that were given, the grading on every save."""
