"""The files that make a kit a repository of the student's own."""
