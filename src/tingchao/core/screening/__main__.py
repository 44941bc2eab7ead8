"""`python -m tingchao.core.screening FILE…`: findings as JSON, with nothing but this library."""

import json
import sys
from pathlib import Path

from tingchao.core.screening.exporting import finding_data
from tingchao.core.screening.many import files_of, screen_files
from tingchao.core.screening.screen import Settings


def main() -> int:
    """Print the findings of the files named; 1 when one could not be read."""
    told, refused = [], False
    for one in screen_files(files_of(Path(name) for name in sys.argv[1:]), Settings()):
        if one.refused:
            refused = True
            sys.stderr.write(f"{one.name}: {one.refused}\n")
        else:
            told.append({"file": one.name, "findings": [finding_data(found) for found in one.findings]})
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return int(refused)


if __name__ == "__main__":
    sys.exit(main())
