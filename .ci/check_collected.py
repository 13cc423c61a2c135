"""Refuses a commit of collected answers: of an edition not simulated, git keeps what is impersonal.

Looks at what the next commit of the repository in the working folder would hold.
"""

import re
import subprocess
import sys

import yaml

#: All that an edition may keep in git; its other files are of respondents, or of unknown content.
IMPERSONAL = (
    r"(edition|import)\.yml|(themes|questionnaire|structure|published_\w+|corrections)\.csv"
    r"|SHA256SUMS"
)
PERSONAL_CORRECTION = re.compile(r"^\W*(answers|respondents)\.", re.MULTILINE)


def git(*words):
    done = subprocess.run(["git", *words], capture_output=True, encoding="utf-8", check=False)
    return done.stdout


def simulated(edition):
    try:
        settings = yaml.safe_load(git("show", f":data/raw/{edition}/edition.yml"))
        return settings["provenance"].get("answers") == "synthetic"
    except (yaml.YAMLError, TypeError, KeyError, AttributeError):
        return False


def personal(path, name):
    if name == "corrections.csv":
        return bool(PERSONAL_CORRECTION.search(git("show", f":{path}")))
    return not re.fullmatch(IMPERSONAL, name)


def main():
    staged = git("ls-files", "-z", "--full-name", ":/data/raw").split("\0")
    files = [path.split("/", 3) for path in staged if path.count("/") > 2]
    editions = {each[2] for each in files}
    collected = {edition for edition in editions if not simulated(edition)}
    found = [
        "/".join(each)
        for each in files
        if each[2] in collected and personal("/".join(each), each[3])
    ]
    found += git("ls-files", "--full-name", ":/data/fieldwork").splitlines()
    for path in found:
        print(
            f"{path}: of respondents, in an edition that is not simulated; git rm --cached {path}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
