"""The course and its manifests: found, read, and complained about in one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.course.manifest import COMMANDS, find_assignment, find_course, hash_folder, read_assignment
from grader.errors import CourseError
from grader.model.course import Limits, Task
from tests.conftest import ROOT
from tests.courses import MANIFEST, NAME, read_tiny, write_course, write_files

FILE = 'file = "tiny.py"'
POINTS = "tasks[0].points must be a whole number, 1 or more, such as points = 20"
TOTAL = "the points of all tasks must add up to 100, such as points = 60 and points = 40"
EXTRAS = 'extras must name files of this folder that students may have, such as extras = ["digits.txt"]'
DUE = "due must be a date and a time with a time zone, such as due = 2027-06-30T23:59:00+09:00"


def complain(root: Path, manifest: str) -> str:
    """Read a wrong manifest, and give the sentence without the path it begins with."""
    course = write_course(root, manifest=manifest)
    with pytest.raises(CourseError) as raised:
        read_tiny(course)
    path = str(root / "assignments" / NAME / "assignment.toml")
    assert raised.value.message.startswith(path)
    return raised.value.message.removeprefix(path).removeprefix(": ")


# ---------------------------------------------------------------- the manifest


def test_a_manifest_becomes_values(tmp_path: Path) -> None:
    """What is left out has its default: the title is the functions', a task is a function of its own name."""
    text = MANIFEST.replace("points = 60", 'points = 60\nfunctions = ["double", "twice"]\nhints = ["a", "b"]')
    assignment = read_tiny(write_course(tmp_path, manifest=text))
    assert assignment.tasks == (
        Task("double", "double, twice", 60, ("double", "twice"), ("a", "b"), ()),
        Task("halve", "halve", 40, ("halve",), (), ("double",)),
    )
    assert ("hw1", "Tiny", "tiny.py", NAME, 100) == (
        assignment.id,
        assignment.title,
        assignment.file,
        assignment.name,
        assignment.max_score,
    )
    assert (Limits(), None) == (assignment.limits, assignment.due)


def test_limits_and_due_date_are_read(tmp_path: Path) -> None:
    """A due date keeps its time zone; a limit that is not named keeps its default."""
    more = f"{FILE}\ndue = 2027-03-12T23:59:00+09:00\n[limits]\ncall_seconds = 0.5\nmemory_mib = 512"
    assignment = read_tiny(write_course(tmp_path, manifest=MANIFEST.replace(FILE, more)))
    assert datetime(2027, 3, 12, 23, 59, tzinfo=timezone(timedelta(hours=9))) == assignment.due
    assert Limits(call_seconds=0.5, memory_mib=512) == assignment.limits


def test_points_are_whole_numbers_however_written(tmp_path: Path) -> None:
    """60.0 is 60, and no report ever says 60.0."""
    assignment = read_tiny(write_course(tmp_path, manifest=MANIFEST.replace("60", "60.0")))
    assert repr(assignment.tasks[0].points) == "60"


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("title", "tilte", "unknown key 'tilte'; did you mean 'title'?"),
        ("points = 60", "point = 60", "unknown key 'point' in tasks[0]; did you mean 'points'?"),
        ("after", "afer", "unknown key 'afer' in tasks[1]; did you mean 'after'?"),
        (FILE, f"{FILE}\ndeu = 1", "unknown key 'deu'; did you mean 'due'?"),
        (
            FILE,
            f"{FILE}\n[limits]\ncall_second = 1",
            "unknown key 'call_second' in limits; did you mean 'call_seconds'?",
        ),
        (
            FILE,
            f"{FILE}\nxyz = 1",
            "unknown key 'xyz'; known are: due, extras, file, id, limits, tasks, title",
        ),
    ],
)
def test_a_misspelt_key_is_named_with_the_nearest(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """The file, the key, where it is, and what was probably meant; for keys that must be there, too."""
    assert sentence == complain(tmp_path, MANIFEST.replace(right, wrong, 1))


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (
            FILE,
            "",
            "the key 'file' is missing; it must be the name of a Python file in quotes: small letters, digits and _, "
            'then .py, such as file = "softmax.py"',
        ),
        (
            'id = "halve"\n',
            "",
            "the key 'id' is missing in tasks[1]; it must be a Python name in quotes: small letters, digits and _, "
            'such as id = "softmax"',
        ),
        (
            "points = 60",
            "points = 0",
            f"{POINTS}; it is 0",
        ),
        (
            "points = 60",
            'points = "60"',
            f'{POINTS}; it is "60"',
        ),
        (
            "points = 60",
            "points = 59.5",
            f"{POINTS}; it is 59.5",
        ),
        (
            FILE,
            'file = "../tiny.py"',
            "file must be the name of a Python file in quotes: small letters, digits and _, then .py, such as "
            'file = "softmax.py"; it is "../tiny.py"',
        ),
        (
            FILE,
            f"{FILE}\n[limits]\ncall_seconds = 2027-01-01",
            "limits.call_seconds must be a number of seconds above 0, a day at most, such as call_seconds = 5.0; "
            'it is "2027-01-01"',
        ),
        (
            FILE,
            f'{FILE}\nextras = ["data.txt", "a b.txt"]',
            "extras[1] must be the name of a .py or .txt file in quotes: small letters, digits and _, such as "
            '"digits.txt"; it is "a b.txt"',
        ),
        ('"Tiny"', '"Tiny', "cannot be read: Illegal character '\\n' (at line 3, column 14)"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """What is missing, of the wrong type, or no TOML."""
    assert sentence == complain(tmp_path, MANIFEST.replace(right, wrong, 1)).strip()


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("points = 60", "points = 61", f"{TOTAL}; they add up to 101"),
        ("points = 60", "points = 6", f"{TOTAL}; they add up to 46"),
        (
            'after = ["double"]',
            'after = ["dobule"]',
            "tasks[1].after must name tasks of this file, such as after = [\"double\"]; it names 'dobule'; "
            "did you mean 'double'?",
        ),
        (
            'after = ["double"]',
            'after = ["x"]',
            "tasks[1].after must name tasks of this file, such as after = [\"double\"]; it names 'x'",
        ),
        (
            'id = "halve"',
            'id = "double"',
            'tasks[1].id must be another than that of tasks[0], such as id = "double_2"; it is "double"',
        ),
        (
            'file = "tiny.py"',
            'file = "tiny.py"\nextras = ["reference.py"]',
            f"{EXTRAS}; reference.py is the staff's",
        ),
        ('file = "tiny.py"', 'file = "tiny.py"\nextras = ["data.txt"]', f"{EXTRAS}; data.txt is not there"),
        (
            'id = "hw1"',
            'id = "hw2"',
            'id must be how the folder\'s name \'hw1_tiny\' begins, such as id = "hw1"; it is "hw2"',
        ),
        (
            FILE,
            f"{FILE}\n[limits]\ncall_seconds = nan",
            "limits.call_seconds must be a number, such as call_seconds = 5.0; it is nan",
        ),
        (
            FILE,
            f"{FILE}\n[limits]\ncall_seconds = inf",
            "limits.call_seconds must be a number of seconds above 0, a day at most, such as call_seconds = 5.0; "
            "it is Infinity",
        ),
        (FILE, f'{FILE}\ndue = "soon"', f"{DUE}; it is 'soon'"),
        (FILE, f"{FILE}\ndue = 23:59:00", f"{DUE}; it is '23:59:00'"),
        (
            FILE,
            f"{FILE}\ndue = 2027-03-12T23:59:00",
            "due must have a time zone, such as due = 2027-03-12T23:59:00+09:00; it is 2027-03-12T23:59:00",
        ),
        (
            FILE,
            f"{FILE}\ndue = 2027-03-12",
            "due must have a time zone, such as due = 2027-03-12T00:00:00+09:00; it is 2027-03-12",
        ),
    ],
)
def test_what_no_schema_can_tell_is_told(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """Sums, references and dates."""
    assert sentence == complain(tmp_path, MANIFEST.replace(right, wrong, 1))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_homework_has_the_name_of_a_command(tmp_path: Path, name: str) -> None:
    """`grade list` lists; a homework of that id could not be graded."""
    folder = tmp_path / "assignments" / f"{name}_tiny"
    write_files(folder, {"assignment.toml": MANIFEST.replace('id = "hw1"', f'id = "{name}"')})
    with pytest.raises(CourseError, match=f"id must not be the name of a command.*`grade {name}` is one"):
        read_assignment(folder)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    """A homework that course.toml lists and nobody wrote."""
    with pytest.raises(CourseError, match=r"assignment\.toml is missing$"):
        read_tiny(write_course(tmp_path, manifest=None))


def test_a_manifest_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 end in a sentence."""
    course = write_course(tmp_path)
    write_files(tmp_path, {f"assignments/{NAME}/assignment.toml": b"\xff"})
    with pytest.raises(CourseError, match="cannot be read"):
        read_tiny(course)


def test_the_hash_covers_names_and_contents(tmp_path: Path) -> None:
    """A report names the version it was made with: a changed check changes it, a compiled file does not."""
    folder = write_files(tmp_path, {"a.py": "1", "public/b.py": "2"})
    before = hash_folder(folder)
    write_files(folder, {"public/__pycache__/b.pyc": "x"})
    assert before == hash_folder(folder)
    hashes = {before}
    for files in ({"a.py": "2"}, {"a.py": "1", "public/c.py": ""}):
        hashes.add(hash_folder(write_files(folder, files)))
    (folder / "a.py").rename(folder / "d.py")
    assert len(hashes | {hash_folder(folder)}) == 4


# ---------------------------------------------------------------- the course


@pytest.mark.parametrize("place", [".", "assignments/hw1_tiny/public", "solutions/hw1_tiny", "new"])
def test_a_course_is_found_from_anywhere_inside(tmp_path: Path, place: str) -> None:
    """A student works in a folder of the course, or in one below it."""
    write_course(tmp_path / "course")
    start = tmp_path / "course" / place
    start.mkdir(exist_ok=True)
    assert tmp_path / "course" == find_course(start).root


def test_the_nearest_course_is_meant(tmp_path: Path) -> None:
    """A kit may lie inside the staff's folder."""
    write_course(tmp_path)
    write_course(tmp_path / "kit", course='name = "Kit"\nassignments = ["hw1_tiny"]')
    assert find_course(tmp_path / "kit" / "solutions").name == "Kit"


def test_a_named_course_is_taken_wherever_we_are(tmp_path: Path, course: object) -> None:
    """--course names a folder, and its parents are not searched."""
    del course
    write_course(tmp_path / "other")
    assert find_course(ROOT, tmp_path / "other").name == "Tiny course"
    with pytest.raises(CourseError) as raised:
        find_course(ROOT, tmp_path / "other" / "assignments")
    assert (
        raised.value.message == f"there is no course here: no assignments/course.toml in {tmp_path}/other/assignments"
    )


def test_no_course_at_all(tmp_path: Path) -> None:
    """The sentence says what was looked for, and what to do."""
    with pytest.raises(CourseError) as raised:
        find_course(tmp_path)
    assert raised.value.message == f"there is no course here: no assignments/course.toml in {tmp_path} or above it"
    assert raised.value.next_step == "change into the course's folder, or name it with --course DIR"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'name = "x"',
            "the key 'assignments' is missing; it must be a list of folder names in brackets, one or more and none "
            'twice, such as assignments = ["hw1_perceptron", "hw2_forward"]',
        ),
        ('name = "x"\nassigments = ["hw1_tiny"]', "unknown key 'assigments'; did you mean 'assignments'?"),
        (
            'name = "x"\nassignments = ["../up"]',
            "assignments[0] must be the name of a folder in quotes: an id, _ and a word, of small letters, digits and _"
            ', such as "hw4_softmax"; it is "../up"',
        ),
        (
            'name = "x"\nassignments = ["hw1_a", "hw2_b", "hw1_c"]',
            "the folders that assignments names must begin with an id of their own, such as "
            '["hw1_gates", "hw2_forward"]; hw1_a and hw1_c have the same id \'hw1\'',
        ),
    ],
)
def test_a_wrong_course_file(tmp_path: Path, text: str, sentence: str) -> None:
    """course.toml is checked like a manifest."""
    with pytest.raises(CourseError) as raised:
        write_course(tmp_path, course=text)
    assert raised.value.message == f"{tmp_path}/assignments/course.toml: {sentence}"


@pytest.mark.parametrize("word", ["hw1", "hw1_tiny"])
def test_an_assignment_has_an_id_and_a_folder(tmp_path: Path, word: str) -> None:
    """Both are words for the same homework."""
    course = write_course(tmp_path)
    assert read_assignment(tmp_path / "assignments" / NAME) == find_assignment(course, word)


@pytest.mark.parametrize(
    ("word", "next_step"),
    [
        ("hw11", "did you mean hw1?"),
        ("HW1", "did you mean hw1?"),
        ("hw1_tny", "did you mean hw1_tiny?"),
        ("lst", "did you mean list?"),
        ("quantum", "this course has: hw1"),
    ],
)
def test_an_unknown_assignment_is_met_with_the_nearest(tmp_path: Path, word: str, next_step: str) -> None:
    """Ids, folder names and commands are what a mistyped word may have meant."""
    with pytest.raises(CourseError) as raised:
        find_assignment(write_course(tmp_path), word, ["list", "batch"])
    assert (raised.value.message, raised.value.next_step) == (f"there is no assignment {word}", next_step)
