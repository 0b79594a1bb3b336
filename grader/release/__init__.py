"""The student's kit."""
