"""``python -m sim.documentation`` writes the generated pages; with ``--check`` it says which are out of date."""

from __future__ import annotations

import argparse
import sys

from sim.documentation.pages import ROOT, out_of_date, pages


def main() -> int:
    """Write or check; the number of pages out of date is the exit status of a check."""
    parser = argparse.ArgumentParser(prog="python -m sim.documentation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; list pages that are out of date")
    if parser.parse_args().check:
        stale = out_of_date()
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: python -m sim.documentation")
        return len(stale)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
