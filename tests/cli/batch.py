"""Run several commands in one process, one after the other: to start Python anew for each takes most of a test's time.

Reads a JSON list of lists of words from standard input, and writes a list of [exit code, standard output, standard
error] to standard output.
"""

from __future__ import annotations

import io
import json
import sys

from pinxit.__main__ import main as pinxit


def run(words: list[str]) -> tuple[int, str, str]:
    written = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in written)
    before = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["pinxit", *words], out, err
    try:
        pinxit()
        code: object = 0
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv, sys.stdout, sys.stderr = before
    said = [stream.getvalue().decode() for stream in written]
    return int(code) if isinstance(code, int) else 0, said[0], said[1]


def main() -> None:
    """Run what standard input asks for."""
    answers = [run(words) for words in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
