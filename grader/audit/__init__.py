"""The audit of a homework, which proves it sound.

The solution has to earn everything, nothing else may, and every known mistake has to be found. Mutants prove that the
checks are strong enough, and variants that they are fair. Each finding is one sentence that holds or does not; the
command line prints them.
"""

from grader.audit.audit import Audit, open_audit

__all__ = ["Audit", "open_audit"]
