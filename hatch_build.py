"""Build hook: compiles the rule packs and puts what else is data into the package, for wheels and editable installs."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `promptlint/_data/rules.json` and `cues/*.cues` from `rules/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        root = Path(self.root)
        data = root / "src" / "promptlint" / "_data"
        compiler = _module(root / "src" / "promptlint" / "rules" / "compile.py")
        compiler.write_index(compiler.compile_pack(root / "rules"), data / "rules.json")
        shutil.copyfile(root / "rules" / "rule.schema.json", data / "rule.schema.json")
        grammars = _module(root / "src" / "promptlint" / "anatomy" / "grammars.py")
        literals = _module(root / "src" / "promptlint" / "text" / "literals.py")
        grammars.write_grammars(root / "rules" / "cues", data / "cues", literals.needed)
        for name in ("rules.json", "rule.schema.json", "cues/*.cues"):
            build_data["artifacts"].append(f"src/promptlint/_data/{name}")


def _module(path: Path) -> Any:
    """Load a module by its path: the package itself is not installed while it is built."""
    spec = importlib.util.spec_from_file_location(f"promptlint_build_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
