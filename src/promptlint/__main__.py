"""The entry of the command `promptlint` and of `python -m promptlint`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the command line and return its exit code; `--version` is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from promptlint import __version__

        print(f"promptlint {__version__}")
        return 0
    from promptlint.garbage import look_rarely

    look_rarely()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    from promptlint.cli import run

    try:
        return run()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()  # or Python, before it ends, looks for cycles in all that is there: 8 % of a short run


if __name__ == "__main__":
    sys.exit(main())
