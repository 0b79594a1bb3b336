"""Make the student's kit."""
