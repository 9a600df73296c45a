"""When Python looks for circles of objects that nothing uses any more."""

from __future__ import annotations

import gc


def look_rarely() -> None:
    """Look when millions of objects are there: a run makes that many and next to no circle.

    The trees of modules are the only circles of size, and they are taken apart where they are dropped.
    """
    gc.set_threshold(5_000_000, 2, 2)
