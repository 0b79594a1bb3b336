"""Many submissions: every one gets a report, whatever becomes of the others."""
