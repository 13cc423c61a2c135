"""What git keeps of a notebook: its cells without outputs, and no more metadata than it has there.

A filter of git (`make` sets it): running a notebook by hand changes nothing that git sees.
"""

import json
import sys

#: What JupyterLab writes anew into a notebook that it saves, as the notebooks here have it.
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def cleaned(text: str) -> str:
    """The notebook without outputs, counts and what an editor adds."""
    try:
        notebook = json.loads(text)
    except ValueError:  # in the middle of a merge
        return text
    for cell in notebook["cells"]:
        cell["metadata"] = {
            key: value for key, value in cell["metadata"].items() if key in ("tags", "jupyter")
        }
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    notebook["metadata"] = _METADATA
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(cleaned(sys.stdin.read()))
