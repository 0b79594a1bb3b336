"""What a course is made of, and what is handed in to it."""
