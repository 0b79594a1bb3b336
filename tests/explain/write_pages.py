"""Write the pages of likely causes into the docs: `python -m tests.explain.write_pages`."""

from __future__ import annotations

from pathlib import Path

from grader.course.manifest import read_course
from grader.explain.pages import format_page, read_pages
from grader.model.course import Course

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "causes"


def write_pages(course: Course, folder: Path) -> None:
    """Write a page for each cause, and a list of them."""
    folder.mkdir(exist_ok=True)
    handouts = {name: f"[{name}](../../assignments/{name}/README.md)" for name in course.assignments}
    pages = read_pages()
    for page in pages.values():
        (folder / f"{page.code}.md").write_text(f"{format_page(page, handouts)}\n", "utf-8")
    listed = "".join(f"- [{page.title}]({page.code}.md)\n" for page in pages.values())
    (folder / "README.md").write_text(
        f"# Likely causes\n\nWhat `grade explain CODE` shows; made of `grader/explain/causes.toml`.\n\n{listed}",
        "utf-8",
    )


if __name__ == "__main__":
    write_pages(read_course(ROOT), FOLDER)
