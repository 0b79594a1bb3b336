"""One homework, graded: the pytest session, the verdict on each check, the story of one submission."""
