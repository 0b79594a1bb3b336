"""Intake: whatever is handed in becomes data or a sentence; nothing of it is followed, extracted or run."""

from __future__ import annotations

import os
import re
import stat
import struct
import subprocess
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.course.intake import MAX_ENTRIES, MAX_FILE, make_id, refuse_link, take_in
from grader.errors import SubmissionError
from grader.model.course import Assignment
from grader.model.submission import Submission
from tests import archives
from tests.archives import SOURCE

NAMES = ["softmax.py", "hw4_softmax/softmax.py"]

Take = Callable[[Path], Submission]
Member = tuple[str | zipfile.ZipInfo, bytes]


@pytest.fixture
def take(hw4: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Take something in, and see to it that nothing was written anywhere near."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)

    def run(path: Path) -> Submission:
        before = list_tree(tmp_path)
        submission = take_in(path, hw4, "kim")
        assert before == list_tree(tmp_path)
        return submission

    return run


def list_tree(folder: Path) -> list[tuple[str, int, int]]:
    """List all there is below a folder, with sizes and times."""
    found = sorted(folder.rglob("*"))
    return [(str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in found]


def write(path: Path, content: bytes = SOURCE) -> Path:
    """Write a file with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def pack(path: Path, members: Iterable[Member], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip; names may be anything, the same one twice too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # duplicate names
        for name, content in members:
            archive.writestr(name, content)
    return path


def describe(submission: Submission) -> tuple[str, str]:
    """Give the kind and the sentence of what is wrong with a submission."""
    assert submission.problem is not None
    return submission.problem.kind, submission.problem.summary


def assert_taken(submission: Submission) -> None:
    """The right file was found, whole, under the name that the assignment gives it."""
    assert submission.problem is None
    assert [("softmax.py", SOURCE)] == [(file.path, file.content) for file in submission.files]


# ---------------------------------------------------------------- folders and files


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_holds_the_file_or_its_folder(take: Take, tmp_path: Path, name: str) -> None:
    """A student hands in the file's folder, or the folder around it."""
    write(tmp_path / "kim" / name)
    assert_taken(take(tmp_path / "kim"))


def test_the_assignment_s_folder_comes_first(take: Take, tmp_path: Path) -> None:
    """Where both are there, hw4_softmax/softmax.py is the one that the handout names."""
    write(tmp_path / "kim/softmax.py", b"old = 1\n")
    write(tmp_path / "kim/hw4_softmax/softmax.py")
    assert_taken(take(tmp_path / "kim"))


@pytest.mark.parametrize("name", ["softmax.py", "kim_softmax (2).py", "김철수.py", "SOFTMAX.PY", "-.py"])
def test_a_single_file_may_have_any_name(take: Take, tmp_path: Path, name: str) -> None:
    """Upload sites rename files; its content is taken as softmax.py."""
    assert_taken(take(write(tmp_path / "drop" / name)))


def test_a_path_that_does_not_exist_is_the_only_error(hw4: Assignment, tmp_path: Path) -> None:
    """A mistyped path is the mistake of whoever typed it, not a bad submission."""
    with pytest.raises(SubmissionError) as raised:
        take_in(tmp_path / "nobody", hw4, "kim")
    assert raised.value.message == f"{tmp_path / 'nobody'} does not exist"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], "nothing"),
        (["sofmax.py"], "sofmax.py"),
        (["Softmax.py", "notes.txt"], "Softmax.py, notes.txt"),
        (["hw4_softmax/Softmax.py"], "hw4_softmax/Softmax.py, hw4_softmax"),
        (["a\nb\x1b[2J.py"], "a\\nb\\x1b[2J.py"),
        ([".git/config", ".softmax.py"], "nothing"),
        ([f"f{n}.py" for n in range(11)], "f0.py, f1.py, f10.py, f2.py, f3.py, f4.py, f5.py, f6.py and 3 more"),
    ],
)
def test_a_missing_file_is_told_with_what_was_found(take: Take, tmp_path: Path, names: list[str], found: str) -> None:
    """The sentence names what lies there instead, printable and not endless."""
    (tmp_path / "kim").mkdir()
    for name in names:
        write(tmp_path / "kim" / name)
    sentence = f"There is no softmax.py, and no hw4_softmax/softmax.py. Found: {found}."
    assert describe(take(tmp_path / "kim")) == ("missing_file", sentence)


NEEDS = "hw4 needs hw4_softmax/softmax.py: change to its folder, or name it."


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["hw2_forward/forward.py"], f"forward.py is the file of hw2. {NEEDS}"),
        (["mine/losses.py", "mine/forward.py", "mine/notes.txt"], f"forward.py is the file of hw2. {NEEDS}"),
        (["hw2_forward/plot.png"], f"This is the folder of hw2. {NEEDS}"),
        (["hw2_forward/softmx.py"], "The file must be named exactly softmax.py."),
        (["mine/softmx.py", "mine/forward.py"], "The file must be named exactly softmax.py."),
        (["mine/plot.png"], "The file must be named exactly softmax.py."),
    ],
)
def test_nobody_is_told_to_rename_another_homework_s_file(
    take: Take, tmp_path: Path, names: list[str], advice: str
) -> None:
    """In the folder of another homework it is the folder that is wrong, not the name."""
    for name in names:
        write(tmp_path / name)
    problem = take(tmp_path / names[0].partition("/")[0]).problem
    assert problem is not None
    assert ("missing_file", advice) == (problem.kind, problem.next_step)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_one_folder_around_it(take: Take, tmp_path: Path, name: str) -> None:
    """As a zip may; what systems leave beside it does not count, anything else does."""
    write(tmp_path / "drop/my work" / name)
    write(tmp_path / "drop/.DS_Store")
    write(tmp_path / "drop/__MACOSX/._softmax.py")
    assert_taken(take(tmp_path / "drop"))
    write(tmp_path / "drop/other/softmax.py")
    assert describe(take(tmp_path / "drop"))[0] == "missing_file"


def test_another_homework_s_file_in_a_zip_is_told(take: Take, tmp_path: Path) -> None:
    """However deep it lies."""
    problem = take(pack(tmp_path / "kim.zip", [("a/b\\forward.py", SOURCE), ("notes.txt", b"")])).problem
    assert problem is not None
    assert f"forward.py is the file of hw2. {NEEDS}" == problem.next_step


@pytest.mark.parametrize("name", ["forward.py", "forward (1).py", "forward(12).py"])
def test_another_homework_s_file_is_not_taken_for_this_one_s(take: Take, tmp_path: Path, name: str) -> None:
    """Every check would fail, and nobody would see why."""
    submission = take(write(tmp_path / "hw2_forward" / name))
    assert ("wrong_file", "This is forward.py, the file of hw2.") == describe(submission)
    assert submission.problem is not None
    assert "hw4 needs softmax.py: name that file, or its folder." == submission.problem.next_step


def test_another_homework_s_manifest_may_be_broken(hw4: Assignment, tmp_path: Path) -> None:
    """It says nothing then; this homework's own does not depend on it."""
    for name, text in (("hw1_a", "file = "), ("hw2_b", "x = 1"), ("hw4_softmax", 'file = "softmax.py"')):
        write(tmp_path / "assignments" / name / "assignment.toml", text.encode())
    moved = replace(hw4, folder=tmp_path / "assignments/hw4_softmax")
    assert_taken(take_in(write(tmp_path / "forward.py"), moved, "kim"))


def test_a_name_that_is_no_text_can_still_be_said(take: Take, tmp_path: Path) -> None:
    """A file name in another encoding comes as escapes, which every report and table can hold."""
    folder = tmp_path / "kim"
    folder.mkdir()
    write(Path(os.fsdecode(os.fsencode(folder) + b"/\xb1\xe8.py")))
    kind, sentence = describe(take(folder))
    assert kind == "missing_file"
    assert sentence.encode("ascii").endswith(b"Found: \\udcb1\\udce8.py.")


@pytest.mark.parametrize("name", ["\x1b[2Jkim.exe", "a\rb.txt", "\u202egnp.tar", "\udcff.rar"])
def test_an_odd_name_is_escaped_in_every_sentence(take: Take, tmp_path: Path, name: str) -> None:
    """The name of the submission itself is a student's text, too."""
    kind, sentence = describe(take(write(tmp_path / "drop" / name)))
    assert (kind, True) == ("wrong_kind", sentence.isprintable())
    assert describe(refuse_link("kim", name))[1].isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_link_below_the_submission_is_not_followed(take: Take, tmp_path: Path, name: str) -> None:
    """It could lead to another student's file, or to the solution."""
    target = write(tmp_path / "other.py")
    link = tmp_path / "kim" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    assert describe(take(tmp_path / "kim")) == ("link", "softmax.py is a link, not a file.")


def test_a_linked_folder_is_not_followed(take: Take, tmp_path: Path) -> None:
    """hw4_softmax may not be a link to somebody else's hw4_softmax."""
    write(tmp_path / "other/softmax.py")
    (tmp_path / "kim").mkdir()
    (tmp_path / "kim/hw4_softmax").symlink_to(tmp_path / "other", target_is_directory=True)
    assert describe(take(tmp_path / "kim")) == ("link", "hw4_softmax is a link, not a file.")


def test_a_dangling_link_is_a_link(take: Take, tmp_path: Path) -> None:
    """A link to nowhere is told as what it is, not as a missing file."""
    (tmp_path / "kim").mkdir()
    (tmp_path / "kim/softmax.py").symlink_to(tmp_path / "nowhere")
    assert describe(take(tmp_path / "kim"))[0] == "link"


@pytest.mark.parametrize("name", ["", "softmax.py"])
def test_the_path_that_was_typed_may_be_a_link(take: Take, tmp_path: Path, name: str) -> None:
    """Whoever types a path knows where it leads."""
    write(tmp_path / "real/softmax.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / name)
    assert_taken(take(tmp_path / "link.py"))


@pytest.mark.parametrize("name", ["kim/softmax.py", "kim.py", "kim.zip"])
def test_a_pipe_does_not_keep_us_waiting(take: Take, tmp_path: Path, name: str) -> None:
    """Opening a FIFO would wait for a writer for ever."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    submission = take(tmp_path / name.partition("/")[0])
    assert describe(submission) == ("wrong_kind", f"{path.name} is no regular file.")


def test_a_folder_named_like_the_file(take: Take, tmp_path: Path) -> None:
    """softmax.py/ is told as a folder."""
    (tmp_path / "kim/softmax.py").mkdir(parents=True)
    assert describe(take(tmp_path / "kim")) == ("wrong_kind", "softmax.py is a folder, not a file.")


def test_a_device_is_no_file(hw4: Assignment, tmp_path: Path) -> None:
    """/dev/zero never ends."""
    (tmp_path / "kim.py").symlink_to("/dev/zero")
    assert describe(take_in(tmp_path / "kim.py", hw4, "kim"))[0] == "wrong_kind"


@pytest.mark.parametrize(("extra", "kinds"), [(0, []), (1, ["too_large"])])
@pytest.mark.parametrize("name", ["kim/softmax.py", "kim.py", "kim.zip"])
def test_a_file_has_at_most_200_kib(take: Take, tmp_path: Path, name: str, extra: int, kinds: list[str]) -> None:
    """The last byte that is allowed is allowed; one more is not."""
    content = b"#" * (MAX_FILE + extra)
    path = tmp_path / name
    if path.suffix == ".zip":
        pack(path, [("softmax.py", content)])
    else:
        write(path, content)
    problem = take(tmp_path / name.partition("/")[0]).problem
    assert kinds == [each.kind for each in [problem] if each]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (SOURCE, None),
        (b"\xef\xbb\xbf" + SOURCE, None),
        ("# 소프트맥스\n".encode(), None),
        (b"", "softmax.py is empty."),
        (b"\xef\xbb\xbf \n\t\r\n", "softmax.py is empty."),
        (b"#\n", None),
        ("# 소프트맥스\n".encode("cp949"), "softmax.py is not UTF-8 text: line 1 has bytes that cannot be read."),
        (b"x = 1\n\n# \xff\n", "softmax.py is not UTF-8 text: line 3 has bytes that cannot be read."),
        ("x = 1\n".encode("utf-16"), "softmax.py is not UTF-8 text: line 1 has bytes that cannot be read."),
        (b"x = 1\0\n", "softmax.py has zero bytes in it."),
    ],
)
def test_a_file_is_utf8_text(take: Take, tmp_path: Path, content: bytes, problem: str | None) -> None:
    """A byte order mark is fine; other encodings are named by the line that breaks."""
    submission = take(write(tmp_path / "kim.py", content))
    assert content == submission.files[0].content
    assert problem == (submission.problem.summary if submission.problem else None)


def test_what_may_not_be_read_is_said(run_as_nobody: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Permissions that keep us out are the submission's problem, for files, folders and zips."""
    script = """
import tempfile
from pathlib import Path
import grader
from grader.course.manifest import find_assignment, read_course
from grader.course.intake import take_in
hw4 = find_assignment(read_course(Path(grader.__file__).parent.parent), "hw4")
folder = Path(tempfile.mkdtemp())
for name in ("kim.py", "kim.zip", "kim/softmax.py", "lee/softmax.py"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    path.chmod(0)
(folder / "lee").chmod(0)
for name in ("kim.py", "kim.zip", "kim", "lee"):
    print(take_in(folder / name, hw4, "kim").problem.summary)
"""
    done = run_as_nobody("-c", script)
    assert done.stdout.splitlines() == [
        f"{name} cannot be read: Permission denied" for name in ("kim.py", "kim.zip", "kim", "lee")
    ], done.stderr


# ---------------------------------------------------------------- archives


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize(
    "name", [*NAMES, "kim/softmax.py", "kim/hw4_softmax/softmax.py", "./softmax.py", "hw4_softmax\\softmax.py"]
)
def test_a_zip_holds_the_file_where_packers_put_it(take: Take, tmp_path: Path, name: str, method: int) -> None:
    """At the top, in its folder, or either inside one folder; some Windows packers write backslashes."""
    members: list[Member] = [("__MACOSX/._softmax.py", b"\0"), (name, SOURCE), ("notes/plot.png", b"\x89PNG")]
    assert_taken(take(pack(tmp_path / "kim.ZIP", members, method)))


def test_a_zip_deeper_than_one_folder_is_not_searched(take: Take, tmp_path: Path) -> None:
    """Two folders around it might be two students' work in one zip."""
    path = pack(tmp_path / "kim.zip", [("a/b/softmax.py", SOURCE), ("sofmax.py", SOURCE)])
    sentence = "There is no softmax.py, and no hw4_softmax/softmax.py. Found: a/b/softmax.py, sofmax.py."
    assert describe(take(path)) == ("missing_file", sentence)


@pytest.mark.parametrize("others", [["softmax.py"], ["hw4_softmax/softmax.py"], ["kim/softmax.py"]])
def test_the_outermost_file_of_a_zip_counts(take: Take, tmp_path: Path, others: list[str]) -> None:
    """An old copy in a folder does not hide the file; the place that the handout names comes first."""
    inner: list[Member] = [(f"old/{name}", b"old = 1\n") for name in others]
    assert_taken(take(pack(tmp_path / "kim.zip", [*inner, ("softmax.py", SOURCE)])))


@pytest.mark.parametrize(
    "names",
    [["softmax.py", "softmax.py"], ["a/softmax.py", "b/softmax.py"], ["a/softmax.py", "a\\softmax.py"]],
    ids=["the same name", "two folders", "two spellings"],
)
def test_a_zip_with_the_file_twice_is_refused(take: Take, tmp_path: Path, names: list[str]) -> None:
    """Which of the two is meant, nobody can tell."""
    path = pack(tmp_path / "kim.zip", [(name, SOURCE) for name in names])
    assert describe(take(path)) == ("bad_archive", "The zip has softmax.py more than once.")


@pytest.mark.parametrize(
    "name",
    ["../softmax.py", "a/../../softmax.py", "/etc/passwd", "C:\\softmax.py", "c:x", "..\\softmax.py", "\\\\host\\x"],
)
def test_a_zip_that_leads_outside_is_refused(take: Take, tmp_path: Path, name: str) -> None:
    """One such entry is enough, wherever the file itself may be."""
    kind, sentence = describe(take(pack(tmp_path / "x/y/kim.zip", [("softmax.py", SOURCE), (name, SOURCE)])))
    assert kind == "bad_archive"
    assert sentence.startswith("The zip has an entry that leads outside of it: ")


def make_member(name: str, kind: int) -> zipfile.ZipInfo:
    """Make an entry that says it is a link, a pipe, a device."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR], ids=["link", "pipe", "device"])
def test_an_entry_that_is_no_file_is_refused(take: Take, tmp_path: Path, kind: int) -> None:
    """A zip can hold links, whose content is where they lead."""
    path = pack(tmp_path / "kim.zip", [(make_member("softmax.py", kind), b"/etc/passwd")])
    assert describe(take(path)) == ("link", "softmax.py is a link in the zip, not a file.")


def test_a_regular_file_of_unix_is_one(take: Take, tmp_path: Path) -> None:
    """Most zips from Unix carry the mode of a regular file."""
    assert_taken(take(pack(tmp_path / "kim.zip", [(make_member("softmax.py", stat.S_IFREG), SOURCE)])))


def test_a_folder_in_the_zip_named_like_the_file(take: Take, tmp_path: Path) -> None:
    """softmax.py/ in a zip is a folder and not the file."""
    assert describe(take(pack(tmp_path / "kim.zip", [("softmax.py/", b"")])))[0] == "missing_file"


def patch(path: Path, local: int, central: int, value: bytes) -> Path:
    """Overwrite a field of the only entry, in its own header and in the zip's directory."""
    data = bytearray(path.read_bytes())
    for start in (data.index(b"PK\3\4") + local, data.index(b"PK\1\2") + central):
        data[start : start + len(value)] = value
    path.write_bytes(data)
    return path


def test_a_password_is_told(take: Take, tmp_path: Path) -> None:
    """An encrypted entry says so in its flags."""
    path = patch(pack(tmp_path / "kim.zip", [("softmax.py", SOURCE)]), 6, 8, b"\1\0")
    assert describe(take(path)) == ("bad_archive", "The zip has a password.")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 99])
def test_unusual_compression_is_told(take: Take, tmp_path: Path, method: int) -> None:
    """Only what every packer writes is unpacked; the others cost memory, or fail in ways of their own."""
    path = patch(pack(tmp_path / "kim.zip", [("softmax.py", SOURCE)]), 8, 10, method.to_bytes(2, "little"))
    assert describe(take(path)) == ("bad_archive", "The zip is compressed in an unusual way.")


@pytest.mark.parametrize("claimed", [1 << 30, 100], ids=["honest", "lying"])
def test_a_zip_bomb_is_not_unpacked(take: Take, tmp_path: Path, claimed: int) -> None:
    """A megabyte that unpacks to a gigabyte is read as far as the cap and no further."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    path = pack(tmp_path / "kim.zip", [("softmax.py", block * 1024)], zipfile.ZIP_STORED)
    patch(patch(path, 8, 10, b"\x08\0"), 22, 24, struct.pack("<L", claimed))
    tracemalloc.start()
    kind, _ = describe(take(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {1 << 30: "too_large", 100: "bad_archive"}[claimed] == kind
    assert peak < 8 << 20


def test_too_many_entries_are_refused(take: Take, tmp_path: Path) -> None:
    """A whole virtual environment in the zip: the entries are counted and none is read."""
    members = [("softmax.py", SOURCE), *((f"venv/{n}", b"") for n in range(MAX_ENTRIES))]
    assert_taken(take(pack(tmp_path / "most.zip", members[:-1])))
    sentence = f"The zip has more than {MAX_ENTRIES} entries."
    assert describe(take(pack(tmp_path / "more.zip", members))) == ("bad_archive", sentence)


def test_an_endless_list_of_entries_is_not_read(take: Take, tmp_path: Path) -> None:
    """A list of a hundred thousand entries would cost seconds and hundreds of megabytes before it is counted."""
    row = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0x21, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0)
    rows = b"".join(row + n.to_bytes(4, "big").replace(b"\0", b"a") for n in range(100_000))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(rows), 0, 0)  # claims a single one
    tracemalloc.start()
    kind, sentence = describe(take(write(tmp_path / "kim.zip", rows + end)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (kind, sentence) == ("bad_archive", "The zip's list of entries is too long.")
    assert peak < 8 << 20


@pytest.mark.parametrize("content", [b"", b"PK", b"hello\n", SOURCE, b"\x1f\x8b\x08\0", b"Rar!\x1a\x07\0"])
def test_what_is_no_zip_is_told(take: Take, tmp_path: Path, content: bytes) -> None:
    """A .rar that was renamed, an empty upload, a page that says `not found`."""
    path = write(tmp_path / "kim.zip", content)
    assert describe(take(path)) == ("bad_archive", "kim.zip cannot be opened as a zip.")


def test_a_zip_that_was_cut_off_is_told(take: Take, tmp_path: Path) -> None:
    """An upload that broke at any byte is no submission, and no crash."""
    whole = pack(tmp_path / "kim.zip", [("hw4_softmax/softmax.py", SOURCE)]).read_bytes()
    kinds = {describe(take(write(tmp_path / "kim.zip", whole[:length])))[0] for length in range(len(whole))}
    assert kinds == {"bad_archive"}


def test_a_zip_with_less_in_it_than_it_says_is_told(take: Take, tmp_path: Path) -> None:
    """An entry cut to nothing, with nothing's checksum: found by fuzzing; zipfile takes it for an empty file."""
    data = bytearray(pack(tmp_path / "kim.zip", [("softmax.py", SOURCE)], zipfile.ZIP_STORED).read_bytes())
    entry = data.index(b"PK\1\2")
    struct.pack_into("<II", data, entry + 16, 0, 0)  # the checksum and the packed size
    path = write(tmp_path / "kim.zip", bytes(data))
    assert describe(take(path)) == ("bad_archive", "kim.zip cannot be opened as a zip.")


@settings(
    max_examples=2000,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    whole=st.sampled_from(archives.VALID),
    changes=st.binary(max_size=18),
    cut=st.integers(0, 999),
    glued=st.sampled_from([b"", b"PK\5\6", bytes(22), SOURCE]),
)
def test_a_damaged_zip_gives_the_right_file_or_a_sentence(
    whole: bytes, changes: bytes, cut: int, glued: bytes, hw4: Assignment, tmp_path: Path
) -> None:
    """Whatever bytes are changed, taken out or added: no exception, and never another content than was packed."""
    data = bytearray(whole)
    for high, low, value in zip(changes[::3], changes[1::3], changes[2::3], strict=False):
        data[(high << 8 | low) % len(data)] = value
    if cut < len(data):
        del data[cut : cut + 1 + cut % 40]
    (tmp_path / "kim.zip").write_bytes(data + glued)
    submission = take_in(tmp_path / "kim.zip", hw4, "kim")
    assert submission.problem is not None or [SOURCE] == [file.content for file in submission.files]


# ---------------------------------------------------------------- ids

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


@pytest.mark.parametrize("name", ["kim", "s20231234", "kim.chul-soo_2", "_x", "a" * 64, "0", "kim.zip"])
def test_a_plain_name_is_its_own_id(name: str) -> None:
    """Student numbers and user names stay as they are."""
    assert make_id(name) == name


@pytest.mark.parametrize(
    ("name", "legible"),
    [
        ("김철수", "student"),
        ("kim chul soo", "kim_chul_soo"),
        ("Kim, Chul-Soo (20231234)", "Kim_Chul-Soo_20231234"),
        ("a" * 65, "a" * 40),
        ("-rf", "rf"),
        ("=1+1", "1_1"),
        ("..", "student"),
        (".bashrc", "bashrc"),
        ("kim.", "kim"),
        ("a/b", "a_b"),
        ("a\nb\x1b[2J", "a_b_2J"),
        ("\udcb1\udce8", "student"),
        ("", "student"),
        ("con", "con"),
        ("NUL.txt", "NUL_txt"),
        ("lpt1", "lpt1"),
    ],
)
def test_an_odd_name_keeps_what_is_legible_and_a_hash(name: str, legible: str) -> None:
    """No slash, no leading dash or dot, no name that Windows keeps for a device; still one id per name."""
    assert re.fullmatch(re.escape(legible) + "-[0-9a-f]{8}", make_id(name))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.text(st.characters(), max_size=80), unique=True, max_size=8))
def test_ids_are_safe_stable_and_distinct(names: list[str]) -> None:
    """Any set of names gives as many ids, each safe as a folder's name, and its own id again."""
    ids = [make_id(name) for name in names]
    assert [SAFE.fullmatch(each) is not None for each in ids] == [True] * len(ids)
    assert [make_id(each) for each in ids] == ids
    assert len(set(ids)) == len(names)
