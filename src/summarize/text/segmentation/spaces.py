"""Sentences of Thai and Lao, which have no final mark: a space stands between them, and also in
numbers, names and lists.

:meta private:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LETTERS", "ends_at_spaces"]

# Thai and Lao, as the inside of a character class.
LETTERS = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eb9\u0ebb-\u0ece\u0edc-\u0edf"
# A number may go on with what it counts, a year does not.
_YEAR = r"(?<=ปี [12]\d{3})|(?<=พ\.ศ\. [12]\d{3})|(?<=ປີ [12]\d{3})"
_SPACE = re.compile(rf"(?:(?<=[{LETTERS}ๆฯ”\"')])|{_YEAR}) ++(?=[{LETTERS}“\"'(])")
_SHORTEST = 16  # letters; what is shorter is a name or an item of a list, not a sentence
# Words that go on with a sentence: and, or, but, that, which, because, to, by, with, when, if.
_GOES_ON = re.compile(
    "และ|หรือ|แต่|ว่า|ซึ่ง|ที่|อัน|เพราะ|เพื่อ|โดย|กับ|แก่|ต่อ|ของ|จาก|ใน|บน|ให้|จน|แล้วก็|รวมถึง|รวมทั้ง|ตลอดจน|"
    "เช่น|ได้แก่|คือ|ພ້ອມ|ແລະ|ຫຼື|ແຕ່|ວ່າ|ເຊິ່ງ|ທີ່|ເພາະ|ເພື່ອ|ໂດຍ|ກັບ|ຂອງ|ຈາກ|ໃນ"
)
_OPENING = "“\"'("
_CLOSING = "”\"')"


def ends_at_spaces(shadow: str, start: int, end: int) -> Iterator[int]:
    """Yield the ends at spaces between letters that part two clauses of some length, outside
    quotations and brackets.
    """
    left = place = start
    depth = 0
    spaces = list(_SPACE.finditer(shadow, start, end))
    for number, space in enumerate(spaces):
        for letter in shadow[place : space.start()]:
            if letter in "“(":
                depth += 1
            elif letter in "”)":
                depth = max(0, depth - 1)
            elif letter == '"':
                depth = 0 if depth else 1
        place = space.end()
        following = spaces[number + 1].start() if number + 1 < len(spaces) else end
        if (
            depth == 0
            and space.start() - left >= _SHORTEST
            and following - space.end() >= _SHORTEST
            and not _GOES_ON.match(shadow, space.end())
        ):
            yield space.end()
            left = space.end()
