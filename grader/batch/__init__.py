"""Grade many submissions: each gets a report, even if others fail."""
