"""What a reviewer changed in a Word document, as changes of the texts that it was written from.

Words are compared with what the study would write now. A figure is no word: what changes one is
refused, and what goes away or moves takes its name along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from barolib.report import wordmarkup
from barolib.report.provenance import Place
from barolib.report.wordchanges import Changes
from barolib.report.wordlines import Line, Sources, Token
from barolib.report.wordmarkup import spaced
from barolib.report.wordpairs import Operation, onto, operations_of, pairs_of, touches

#: How many words that moved are known again.
_MOVED = 4
#: How many words of a text around a figure make of its replacement a sentence written anew.
_REWRITTEN = 5


@dataclass
class Comparison:
    """Two states of a document: what the study writes, and what came back.

    `owned`: whether a text is one that a review may change.
    """

    before: list[Line]
    after: list[Line]
    sources: Sources
    owned: Callable[[str], bool]
    changes: Changes

    def find(self) -> None:
        """Notes the changes, each at its place."""
        pairs = pairs_of(self.before, self.after)
        self.match = {
            after: before for before, after in pairs if before is not None and after is not None
        }
        compared = [
            (before, after, operations_of(self.before[before], self.after[after]))
            for after, before in self.match.items()
            if self.before[before].words != self.after[after].words
        ]
        gone = [self.before[at] for at, after in pairs if at is not None and after is None]
        self.pool = [(line, 0, len(line.tokens)) for line in gone]
        self.pool += [
            (self.before[before], a, b)
            for before, _, operations in compared
            for tag, a, b, _, _ in operations
            if tag in ("delete", "replace")
        ]
        for before, after, operations in compared:
            self._line(self.before[before], self.after[after], operations)
        for line in gone:
            self._gone(line)
        self._come([at for before, at in pairs if at is not None and before is None])

    def place_of(self, after: int, offset: int) -> Place | None:
        """Where the words of a line that came back come from, at a place of it or next to it."""
        if after not in self.match:
            return None
        line, now = self.before[self.match[after]], self.after[after]
        at = sum(token.end <= offset for token in now.tokens)
        for tag, a, b, c, d in operations_of(line, now):
            if c <= at < d or (c <= at and d == len(now.tokens)):
                first = a + at - c if tag == "equal" else a
                near = [*line.tokens[first:b], *line.tokens[first:], *reversed(line.tokens)]
                return next((token.place for token in near if token.place), None)
        return None

    # ------------------------------------------------------------------ within a paragraph

    def _line(self, before: Line, after: Line, operations: list[Operation]) -> None:
        refused = [*self._figures(before, after, operations)]
        for operation in operations:
            tag, a, b, c, d = operation
            if tag == "equal" or operation in refused:
                continue
            if tag == "replace" and b - a == d - c and all(_literal(t) for t in before.tokens[a:b]):
                for at in range(b - a):
                    self._replace(before, after, (a + at, a + at + 1), (c + at, c + at + 1))
            elif tag == "insert":
                self._insert(before, after, a, (c, d))
            else:
                self._replace(before, after, (a, b), (c, d))

    def _figures(
        self, before: Line, after: Line, operations: list[Operation]
    ) -> Iterator[Operation]:
        """The operations that change a figure, each told."""
        for first, last, place in before.values:
            touching = [each for each in operations if touches(each, first, last)]
            if not touching or _goes_whole(touching, before, after, first, last):
                continue
            yield from touching
            new = after.between(*onto(operations, first, last))
            self.changes.refuse_figure(place, before.between(first, last), new)

    def _replace(
        self, before: Line, after: Line, old: tuple[int, int], new: tuple[int, int]
    ) -> None:
        (a, b), words = old, self._authored(after, *new)
        place = before.placed(a, b)
        if place is None or not self.owned(place.file):
            self.changes.refuse(before, place, before.between(a, b), after.between(*new))
            return
        written = self.sources.written(place)
        if "{%" in written or "{##" in written:
            self.changes.leave(place, before.between(a, b), after.between(*new))
            return
        start, end = place.start, place.end
        kept = wordmarkup.unpaired(written)
        if not words and not kept:
            start, end = wordmarkup.removed(self.sources.texts[place.file], start, end)
        self.changes.edit(place.file, start, end, words + kept)

    def _insert(self, before: Line, after: Line, at: int, new: tuple[int, int]) -> None:
        c, d = new
        left = before.tokens[at - 1].place if at else None
        right = before.tokens[at].place if at < len(before.tokens) else None
        words = self._authored(after, c, d)
        if left and self.owned(left.file):
            place = wordmarkup.after(self.sources.texts[left.file], left.end)
            space = after.text[after.tokens[c - 1].end : after.tokens[c].start]
            self.changes.edit(left.file, place, place, spaced(space) + words)
        elif right and self.owned(right.file):
            space = after.text[after.tokens[d - 1].end : after.tokens[d].start]
            place = wordmarkup.before(self.sources.texts[right.file], right.start)
            self.changes.edit(right.file, place, place, words + spaced(space))
        else:
            self.changes.refuse(before, left or right, "", after.between(c, d))

    # ------------------------------------------------------------------ whole paragraphs

    def _gone(self, line: Line) -> None:
        places = [token.place for token in line.tokens if token.place]
        words = [token for token in line.tokens if token.is_word]
        known = [token for token in words if token.place]
        first = places[0] if places else None
        alone = {place.file for place in places} == {first.file} if first else False
        if first is None or not alone or not self.owned(first.file) or 2 * len(known) < len(words):
            self.changes.refuse(line, first, line.text, "")
            return
        start, end = min(p.start for p in places), max(p.end for p in places)
        if line.paragraph.cell or "{%" in self.sources.texts[first.file][start:end]:
            self.changes.leave(first, line.text, "")
            return
        source = self.sources.texts[first.file]
        self.changes.edit(first.file, *wordmarkup.removed_lines(source, start, end), "")

    def _come(self, added: Sequence[int]) -> None:
        """New paragraphs: each run of them after the paragraph before it, or before the next."""
        runs: list[list[int]] = []
        for at in added:
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        for run in runs:
            blocks = [self._block(self.after[at]) for at in run]
            previous = self._neighbour(run[0] - 1)
            following = self._neighbour(run[-1] + 1)
            if previous:
                place = [token.place for token in previous.tokens if token.place][-1]
                source = self.sources.texts[place.file]
                end = (source + "\n").index("\n", place.end)
                tight = previous.paragraph.item and self.after[run[0]].paragraph.item
                joined = _joined(blocks)
                text = ("\n" if tight else "\n\n") + joined
                self.changes.edit(place.file, end, end, text)
            elif following:
                place = next(token.place for token in following.tokens if token.place)
                source = self.sources.texts[place.file]
                start = source.rfind("\n", 0, place.start) + 1
                self.changes.edit(place.file, start, start, _joined(blocks) + "\n\n")
            else:
                for at in run:
                    self.changes.refuse(self.after[at], None, "", self.after[at].text)

    def _neighbour(self, after: int) -> Line | None:
        """The line of before that stands there, of a text that a review may change."""
        line = self.before[self.match[after]] if after in self.match else None
        if line is None or line.paragraph.cell:
            return None
        places = [token.place for token in line.tokens if token.place]
        return (
            line if places and self.owned(places[-1].file) and self.owned(places[0].file) else None
        )

    def _block(self, line: Line) -> str:
        level = re.fullmatch(r"Heading([2-6])", line.paragraph.style)
        start = "#" * int(level[1]) + " " if level else "- " if line.paragraph.item else ""
        return start + self._authored(line, 0, len(line.tokens))

    # ------------------------------------------------------------------ words as Markdown

    def _authored(self, after: Line, c: int, d: int) -> str:
        """The words as Markdown; those that went away elsewhere come with their figures' names."""
        if c >= d:
            return ""
        found = max((self._moved(after, c, d, run) for run in self.pool), default=None)
        if found is None or not found[0]:
            return wordmarkup.escaped(after.between(c, d), begins=c == 0)
        size, at, written = found
        head, tail = self._authored(after, c, at), self._authored(after, at + size, d)
        gap = "" if not head else after.text[after.tokens[at - 1].end : after.tokens[at].start]
        end = at + size
        rest = "" if not tail else after.text[after.tokens[end - 1].end : after.tokens[end].start]
        return head + spaced(gap) + written + spaced(rest) + tail

    def _moved(
        self, after: Line, c: int, d: int, run: tuple[Line, int, int]
    ) -> tuple[int, int, str]:
        """How many of these words stood in a run that went away, where they begin, their source."""
        line, first, last = run
        matcher = SequenceMatcher(None, line.words[first:last], after.words[c:d], autojunk=False)
        block = matcher.find_longest_match()
        a, b = first + block.a, first + block.a + block.size
        at = c + block.b
        for start, end, _ in line.values:  # no figure comes in part
            if start < a < end:
                at, a = at + end - a, end
            if start < b < end:
                b = start
        place = line.placed(a, b) if b - a >= _MOVED else None
        if place is None or "{%" in self.sources.written(place):
            return 0, 0, ""
        source = self.sources.texts[place.file]
        return b - a, at, wordmarkup.whole(source, place.start, place.end)


def _literal(token: Token) -> bool:
    return token.place is not None and not token.place.value


def _joined(blocks: Sequence[str]) -> str:
    """Paragraphs one after the other, items of a list on the next line."""
    text = blocks[0]
    for former, block in pairwise(blocks):
        text += ("\n" if former.startswith("- ") and block.startswith("- ") else "\n\n") + block
    return text


def _goes_whole(
    touching: Sequence[Operation], before: Line, after: Line, first: int, last: int
) -> bool:
    """Whether a figure goes with the words around it, and no other comes in its place."""
    if len(touching) > 1:
        return False
    ((tag, a, b, c, d),) = touching
    if tag == "insert" or a > first or b < last:
        return False
    words = [token for token in before.tokens[a:b] if token.is_word and _literal(token)]
    figures = [word for word in after.words[c:d] if re.search(r"\d", word)]
    return tag == "delete" or (len(words) >= _REWRITTEN and not figures)
