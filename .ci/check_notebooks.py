"""Refuses notebooks that hold outputs: what they show is rebuilt by the run, never stored."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def has_outputs(notebook: Path) -> bool:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def main() -> int:
    found = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if has_outputs(path)]
    for path in found:
        name = path.relative_to(ROOT)
        print(
            f"{name}: holds outputs; clear them: jupyter nbconvert --clear-output --inplace {name}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
