"""Office files are archives of XML: what makes them dangerous is looked for before any parser opens them."""

import io
import zipfile

from kb.parse.document import UnreadableError

MAX_MEMBERS = 5_000
MAX_UNPACKED = 150 * 1024 * 1024
MAX_MEMBER = 80 * 1024 * 1024
MAX_RATIO = 150
"""How much an archive, and each of its files, may grow when it is unpacked; text of tables shrinks thirtyfold."""
_SMALL = 10 * 1024 * 1024


def check_archive(data: bytes, *needed: str) -> None:
    """UnreadableError for a bomb, a password, entities in XML, or an archive without the member `needed`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, len(data))
            if not set(needed) <= {member.filename for member in members}:
                raise UnreadableError("not the kind of file that its name says", "format")
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_xml(archive.read(member))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableError("broken archive") from error


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableError(f"an archive of more than {MAX_MEMBERS} files", "large")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError("protected by a password", "password")
    unpacked = sum(member.file_size for member in members)
    grown = unpacked > _SMALL and unpacked > packed * MAX_RATIO
    if unpacked > MAX_UNPACKED or grown or any(member.file_size > MAX_MEMBER for member in members):
        raise UnreadableError("unpacks to far more than its size", "hostile")


def _check_xml(content: bytes) -> None:
    """No office program writes a document type; it is how entities are declared that grow or read other files."""
    plain = (
        content.replace(b"\x00", b"")
        if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:8]
        else content
    )
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableError("declares XML entities", "hostile")
