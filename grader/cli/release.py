"""`grade release OUT`: make the student's kit."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import screen
from grader.cli.options import course_option


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--wheel",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Put this wheel of nn-grader into the kit, for students to install from.",
)
@course_option
def release(out: Path, wheel: Path | None, course: Path | None) -> None:
    """Make the student's kit in OUT: stubs, handouts, public checks; no hidden check, no solution."""
    from grader.course.manifest import find_course
    from grader.release.kit import release_kit

    found = find_course(Path.cwd(), course)
    written = release_kit(found, out, wheel)
    click.echo(f"Wrote {len(written)} files to {out}")
    if wheel is None and not found.install:
        screen.note(
            "Without --wheel the kit's requirements.txt asks a package index for nn-grader: "
            "`pip install -r requirements.txt` fails where no index has it"
        )
