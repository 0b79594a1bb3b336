"""`grade translate`: bring the catalogues of translations up to date.

It is for the course's authors: every sentence that students read gets its place in a catalogue.
"""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import course_option


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say what is missing or has no use any more.")
@course_option
@click.pass_context
def translate(ctx: click.Context, assignments: tuple[str, ...], only_check: bool, course: Path | None) -> None:
    """Write every sentence that students read into the catalogues (*.po), and say which are not translated.

    Those of these homeworks; without one, of all of them and the grader's own.
    """
    from grader.course.manifest import find_assignment, find_course
    from grader.errors import GraderError

    try:
        from grader import translating
    except ModuleNotFoundError:
        next_step = "install it with: pip install 'nn-grader[translation]'"
        raise GraderError("catalogues need babel, which is not installed", next_step) from None
    work = translating.check if only_check else translating.update
    found = find_course(Path.cwd(), course)
    homeworks = [find_assignment(found, name).folder for name in assignments or found.assignments]
    own = [] if assignments else [translating.find_own_folder()]
    faults, sentences = [], 0
    for folder in [*own, *(folder for homework in homeworks for folder in translating.list_folders(homework))]:
        sentences += len({sentence.text for sentence in folder.sentences})
        faults += [fault for language in translating.list_translations() for fault in work(folder, language)]
    for fault in faults:
        click.echo(fault)
    click.echo(f"{sentences} sentences, {len(faults)} to fix")
    ctx.exit(1 if faults else 0)
