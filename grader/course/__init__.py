"""Read the files of a course, and the submissions to it."""
