"""Writes normalization-data.bin: what NormalizationData.cs needs of the Unicode character database.

    python3 make-normalization-data.py

Uses the tables of the Python that runs it (3.13: Unicode 15.1). All numbers are LEB128.
  decompositions: count, then for each in ascending order: code point less the one before; 2 * length
                  (+ 1 where it is a compatibility decomposition); its code points.
  compositions:   count, then indexes into the list above of canonical pairs that compose again, each less the one before.
  classes:        count, then for each stretch of one combining class: start less the end before, length, class.
Hangul syllables are left out: they are computed.
"""
import pathlib
import sys
import unicodedata


def leb128(numbers):
    out = bytearray()
    for number in numbers:
        while number >= 0x80:
            out.append(number & 0x7F | 0x80)
            number >>= 7
        out.append(number)
    return out


def decompositions():
    for point in range(sys.maxunicode + 1):
        fields = unicodedata.decomposition(chr(point)).split()
        if fields:
            compatibility = fields[0].startswith("<")
            yield point, compatibility, [int(field, 16) for field in fields[compatibility:]]


def composes(point, parts):
    text = "".join(map(chr, parts))
    return len(parts) == 2 and unicodedata.normalize("NFC", text) == chr(point)


def classes():
    stretches = []
    for point in range(sys.maxunicode + 1):
        combining = unicodedata.combining(chr(point))
        if combining and stretches and stretches[-1][1] == point and stretches[-1][2] == combining:
            stretches[-1][1] += 1
        elif combining:
            stretches.append([point, point + 1, combining])
    return stretches


table = list(decompositions())
numbers = [len(table)]
before = 0
for point, compatibility, parts in table:
    numbers += [point - before, 2 * len(parts) + compatibility, *parts]
    before = point

pairs = [i for i, (point, compatibility, parts) in enumerate(table) if not compatibility and composes(point, parts)]
numbers += [len(pairs), *(i - j for i, j in zip(pairs, [0, *pairs]))]

stretches = classes()
numbers.append(len(stretches))
before = 0
for start, end, combining in stretches:
    numbers += [start - before, end - start, combining]
    before = end

target = pathlib.Path(__file__).with_name("normalization-data.bin")
target.write_bytes(leb128(numbers))
print(f"Unicode {unicodedata.unidata_version}: {len(table)} decompositions, {len(pairs)} compositions, {len(stretches)} stretches, {target.stat().st_size} bytes")
