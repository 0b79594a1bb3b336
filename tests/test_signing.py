"""Signatures: a report is accepted exactly as it was signed, and only if it adds up."""

from __future__ import annotations

import base64
import importlib
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from grader.errors import ReportError, SignatureError
from grader.model.report import Report, Status
from grader.report import dump, write_report
from grader.scoring import find_wrong_total
from grader.signing import sign_files, verify_report, write_keys
from tests.reporters import reports


def make_official() -> Report:
    """A report that may be signed."""
    return replace(reports.make_partly_right(), official=True)


class Office:
    """A key, a report that it signed, and the public half."""

    def __init__(self, folder: Path) -> None:
        self.key, self.report = folder / "staff.key", folder / "report.json"
        self.public = write_keys(self.key)
        write_report(make_official(), self.report)
        self.signature = folder / "report.json.sig"
        self.sign()

    def sign(self) -> None:
        """Sign the report as it is now."""
        sign_files([self.report], self.key)

    def force(self) -> None:
        """Sign whatever lies there, as anybody can who has the key."""
        key = load_pem_private_key(self.key.read_bytes(), None)
        signed = key.sign(self.report.read_bytes())  # type: ignore[union-attr, call-arg]
        name = json.loads(self.signature.read_text())["key"]
        self.signature.write_text(json.dumps({"key": name, "signature": base64.b64encode(signed).decode()}) + "\n")

    def verify(self) -> None:
        """Raises for a report that is refused."""
        verify_report(self.report, self.public)

    def refusal(self) -> str:
        """Why it is refused."""
        with pytest.raises(SignatureError) as caught:
            self.verify()
        return caught.value.message


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A signed report."""
    return Office(tmp_path)


def test_a_signed_report_is_accepted(office: Office) -> None:
    """By the public key; the report itself is as it was."""
    office.verify()
    assert dump(make_official()) == office.report.read_text("utf-8")


def test_the_signature_is_plain_ed25519_over_the_file(office: Office) -> None:
    """Anybody's tool can check it."""
    data = json.loads(office.signature.read_text())
    key = load_pem_public_key(office.public.read_bytes())
    key.verify(base64.b64decode(data["signature"]), office.report.read_bytes())  # type: ignore[union-attr, call-arg]


@pytest.mark.parametrize("which", ["report", "signature"])
def test_every_flipped_byte_is_refused(office: Office, which: str) -> None:
    """Of the report and of its signature, wherever it lies, even in white space."""
    path: Path = getattr(office, which)
    whole = path.read_bytes()
    assert len(whole) > 100
    for place in range(len(whole)):
        for bit in (1, 32):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            assert office.refusal()
    for other in (whole[:-1], whole + b"\n", b""):
        path.write_bytes(other)
        assert office.refusal()
    path.write_bytes(whole)
    office.verify()


def test_another_key_is_refused(office: Office, tmp_path: Path) -> None:
    """Whoever it belongs to."""
    other = write_keys(tmp_path / "other.key")
    with pytest.raises(SignatureError, match="another key"):
        verify_report(office.report, other)
    name = json.loads(office.signature.read_text())["key"]
    sign_files([office.report], tmp_path / "other.key")
    office.signature.write_text(
        office.signature.read_text().replace(json.loads(office.signature.read_text())["key"], name)
    )
    assert "not what was signed" in office.refusal()


def test_a_report_without_signature_is_refused(office: Office) -> None:
    """It may be the right one; nobody says so."""
    office.signature.unlink()
    assert "it is not signed" == office.refusal()


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"key": "a"}', '{"key": 1, "signature": "###"}', "[" * 100_000])
def test_a_signature_that_is_none_is_refused(office: Office, text: str) -> None:
    """Whatever lies there."""
    office.signature.write_text(text)
    assert "its signature cannot be read" == office.refusal()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that cannot be read, whoever asks")
def test_a_report_that_cannot_be_read_is_said(office: Office) -> None:
    """A disk that fails names no file; the sentence does."""
    with pytest.raises(ReportError, match="/proc/self/mem cannot be signed: Input/output error"):
        sign_files([Path("/proc/self/mem")], office.key)


@pytest.mark.parametrize("text", ["no report", "{}", "[" * 100_000])
def test_a_signed_file_that_is_no_report_is_refused(office: Office, text: str) -> None:
    """The schema holds for what is signed, too, and before."""
    office.report.write_text(text)
    with pytest.raises(ReportError, match="is no report"):
        office.sign()
    office.force()
    assert office.refusal()


def test_a_signed_report_that_does_not_add_up_is_refused(office: Office) -> None:
    """A score that its checks do not give is no score."""
    data = json.loads(office.report.read_text("utf-8"))
    data["score"] += 1
    office.report.write_text(json.dumps(data), "utf-8")
    office.sign()
    assert "the score is not that of the tasks" == office.refusal()


# ---------------------------------------------------------------- keys


def test_the_private_key_is_its_owners(office: Office) -> None:
    """And the public one is everybody's."""
    assert 0o600 == stat.S_IMODE(office.key.stat().st_mode)
    assert office.public.stat().st_mode & 0o044
    assert "PRIVATE" not in office.public.read_text()


def test_a_key_is_never_overwritten(office: Office) -> None:
    """Nor is its public half, nor a link that leads nowhere."""
    before = office.key.read_bytes()
    with pytest.raises(ReportError, match="exists already"):
        write_keys(office.key)
    office.key.rename(office.key.with_name("elsewhere"))
    with pytest.raises(ReportError, match="exists already"):
        write_keys(office.key)
    assert before == office.key.with_name("elsewhere").read_bytes()


def test_what_is_no_key_is_said(office: Office, tmp_path: Path) -> None:
    """The halves taken for one another, another file, none at all."""
    (tmp_path / "text").write_text("text")
    for path in (office.public, tmp_path / "text", tmp_path / "absent", tmp_path):
        with pytest.raises(ReportError, match=f"{path} (is no private key|cannot be read)"):
            sign_files([office.report], path)
    for path in (office.key, tmp_path / "text", tmp_path / "absent", tmp_path):
        with pytest.raises(ReportError, match=f"{path} (is no public key|cannot be read)"):
            verify_report(office.report, path)


def test_a_key_of_another_kind_is_said(office: Office, tmp_path: Path) -> None:
    """It signs nothing by accident."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    key = generate_private_key(SECP256R1())
    private, public = tmp_path / "ec", tmp_path / "ec.pub"
    private.write_bytes(key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(ReportError, match="is no private key"):
        sign_files([office.report], private)
    with pytest.raises(ReportError, match="is no Ed25519 key"):
        verify_report(office.report, public)


def test_without_the_package_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Students have no use for it, and so do not have it."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    monkeypatch.delitem(sys.modules, "grader.signing")
    with pytest.raises(ReportError) as caught:
        importlib.import_module("grader.signing")
    assert "pip install" in caught.value.next_step


# ---------------------------------------------------------------- totals


def change(report: Report, task: int = 0, check: int = 0, **numbers: int) -> Report:
    """The report with other numbers in one of its checks or, without those, in one of its tasks."""
    changed = report.tasks[task]
    if "points" in numbers:
        checks = list(changed.checks)
        checks[check] = replace(checks[check], **numbers)  # type: ignore[arg-type]
        changed = replace(changed, checks=tuple(checks))
    else:
        changed = replace(changed, **numbers)  # type: ignore[arg-type]
    return replace(report, tasks=(*report.tasks[:task], changed, *report.tasks[task + 1 :]))


def test_every_number_is_checked() -> None:
    """One more or less anywhere is found."""
    report = reports.make_all_right()
    first = report.tasks[0]
    wrong = [
        change(report, points=first.checks[0].max_points + 1),
        change(report, points=-1),
        change(report, points=0),
        change(report, score=first.score + 1),
        change(report, judged=first.judged + 1),
        change(report, max_score=first.judged - 1),
        change(report, max_score=first.max_score + 1),
        replace(report, score=None),
        replace(report, judged=report.judged + 1),
        replace(report, max_score=report.max_score + 1),
    ]
    assert all(map(find_wrong_total, wrong))
    assert 10 == len({id(each) for each in wrong})
    failed = replace(reports.make_our_error(), score=0)
    assert Status.ERROR in {task.status for task in failed.tasks}
    assert find_wrong_total(failed)
