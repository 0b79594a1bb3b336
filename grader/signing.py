"""Sign and verify official reports with Ed25519 (RFC 8032).

A signature is over the exact bytes of a file, and lies in a file beside it. `report.json.sig` is one line of JSON: the
fingerprint of the key, and the signature in base64. Only `grade sign` reads a private key, in a process that starts no
worker. To import this module raises `ReportError` where the package cryptography is not installed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import ReportError, SignatureError, refuse_write
from grader.model.report import Report
from grader.report import SIGNATURE, parse_report, write_atomically
from grader.scoring import find_wrong_total

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
except ImportError:  # the package is optional, because students and workers have no use for it
    raise ReportError("signatures need the package cryptography", "pip install 'nn-grader[signing]'") from None

PUBLIC = ".pub"


def write_keys(path: Path) -> Path:
    """Write a new private key and its public key; return the latter's path.

    The private key at `path` is for its owner's eyes only. The public key lies beside it.

    Raises `ReportError` if one of the two files exists already, because a lost key cannot be made again, or if they
    cannot be written.
    """
    public = path.with_name(path.name + PUBLIC)
    for taken in filter(os.path.lexists, (path, public)):
        raise ReportError(f"{taken} exists already", "choose another name, or move the old key away first")
    key = Ed25519PrivateKey.generate()
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        write_atomically(path, key.private_bytes(serialization.Encoding.PEM, *form).decode(), 0o600)
        write_atomically(public, _write_public(key.public_key()))
    except OSError as error:
        raise refuse_write(path, error) from None
    return public


def sign_files(paths: list[Path], key_path: Path) -> None:
    """Write a signature beside each report.

    Raises `ReportError` if the key is no private key, if a file is no official report, or if a signature cannot be
    written. The first two are found before anything is signed.
    """
    key = _read_private(key_path)
    name = fingerprint(_write_public(key.public_key()))
    signatures = {}
    for path in paths:
        with _signing(path):
            content = path.read_bytes()
        if not parse_report(content, path).official:
            advice = "grade batch … --sign KEY makes official ones"
            raise ReportError(f"{path} is no official report, so it is not signed", advice)
        signatures[path] = _write_signature(name, key.sign(content))
    for path, signature in signatures.items():
        with _signing(path):
            write_atomically(_beside(path), signature)


@contextmanager
def _signing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = type(refuse_write(path, error))  # a full disk is the machine's failure
        raise kind(f"{path} cannot be signed: {error.strerror}") from None


def verify_report(path: Path, public_path: Path) -> tuple[Report, bytes]:
    """Verify a report's signature; return the report and the signed bytes.

    Raises `SignatureError` unless the key signed exactly these bytes and the report adds up, and `ReportError` if the
    public key cannot be read.
    """
    public = _read_public(public_path)
    name, signature = _read_signature(_beside(path))
    if name != fingerprint(_write_public(public)):
        raise SignatureError("it was signed with another key")
    try:
        content = path.read_bytes()  # read once, so that the bytes judged below are the bytes verified here
        public.verify(signature, content)
    except InvalidSignature:
        raise SignatureError("it is not what was signed: the file or its signature was changed") from None
    except OSError as error:
        raise SignatureError(f"it cannot be read: {error.strerror}") from None
    try:
        report = parse_report(content, path)
    except ReportError as error:
        raise SignatureError(error.message) from None
    if wrong := find_wrong_total(report):
        raise SignatureError(wrong)
    return report, content


def fingerprint(public: str) -> str:
    """Return a public key's short name: 16 hex digits of its SHA-256."""
    return hashlib.sha256(public.encode()).hexdigest()[:16]


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SIGNATURE)


def _write_public(key: Ed25519PublicKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def _read_private(path: Path) -> Ed25519PrivateKey:
    refusal = ReportError(f"{path} is no private key", "grade keygen makes one; its public half cannot sign")
    key = _read_key(path, lambda content: serialization.load_pem_private_key(content, None), refusal)
    if not isinstance(key, Ed25519PrivateKey):
        raise refusal
    return key


def _read_public(path: Path) -> Ed25519PublicKey:
    refusal = ReportError(f"{path} is no public key", f"name the file that ends in {PUBLIC}")
    key = _read_key(path, serialization.load_pem_public_key, refusal)
    if not isinstance(key, Ed25519PublicKey):
        raise ReportError(f"{path} is no Ed25519 key", "grade keygen makes one")
    return key


def _read_key(path: Path, load: Callable[[bytes], object], refusal: ReportError) -> object:
    try:
        return load(path.read_bytes())
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):  # TypeError is raised for a key with a password
        raise refusal from None


def _write_signature(name: str, signature: bytes) -> str:
    return json.dumps({"key": name, "signature": base64.b64encode(signature).decode()}) + "\n"


def _read_signature(path: Path) -> tuple[str, bytes]:
    """Read the fingerprint of the key, and the signature, from a file.

    Only one spelling of the file is accepted, so no byte of it can be changed either.
    """
    try:
        text = path.read_bytes().decode("ascii")
        data = json.loads(text)
        name, signature = data["key"], base64.b64decode(data["signature"], validate=True)
    except FileNotFoundError:
        raise SignatureError("it is not signed") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise SignatureError("its signature cannot be read") from None
    if _write_signature(name, signature) != text:
        raise SignatureError("its signature cannot be read")
    return name, signature
