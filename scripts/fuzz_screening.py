"""Fuzzes the readers and parsers of screening for as long as one likes: `python scripts/fuzz_screening.py TARGET`.

Needs atheris (in requirements/dev.in for the systems it exists for). Without a target it names them. What follows is
for libFuzzer: `-max_total_time=600`, `-max_len=20000`, a folder in which interesting inputs are kept, or one file to
try again. An input that fails is written to crash-… in the present folder; put it into a test once it is understood.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Fuzz one target, starting from real files."""
    try:
        import atheris
    except ImportError:
        sys.stderr.write("atheris is not installed here: pip install atheris (Linux, Python below 3.14)\n")
        return 2
    with atheris.instrument_imports(include=["tingchao.core.screening"]):
        from tingchao.core.screening.tests.targets import TARGETS, seeds
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.stderr.write(f"one of: {' '.join(TARGETS)}\n")
        return 2
    name = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds()[name]):
            (Path(folder) / str(number)).write_bytes(data)
        again = any(Path(one).is_file() for one in sys.argv[1:])
        atheris.Setup(sys.argv if again else [*sys.argv, folder], TARGETS[name])
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
