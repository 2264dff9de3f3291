"""Draws what a terminal shows, escape codes for colours among it, as SVG: standard input to standard output."""

import re
import sys
import unicodedata
from xml.sax.saxutils import escape

COLUMN, LINE, MARGIN, TOP = 8.4, 20, 16, 44
INK = {"": "#d8dee9", "1": "#ffffff", "2": "#8b95a7", "36": "#88c0d0", "31": "#ff7b72", "$": "#a3be8c"}


def width(text):
    """How many columns a terminal gives to a text."""
    columns = 0
    for letter in text:
        if unicodedata.combining(letter) or letter == "\u200d":
            continue
        if letter == "\ufe0f":  # The picture of a letter that is narrow as a sign.
            columns += 1
            continue
        columns += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
    return columns


def runs(line):
    """The pieces of a line with their colours."""
    codes = []
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b"):
            given = [code for code in piece[2:-1].split(";") if code not in ("", "0")]
            codes = codes + given if given else []
        elif piece:
            yield piece, codes


def words(text):
    """Pieces that have a column of their own: blanks, bars, words of narrow letters, words of wide ones."""
    return re.findall(r" +|[\u2580-\u259f]+|(?:[\x21-\x7e]| (?=[\x21-\x7e]))+|[^\x20-\x7e\u2580-\u259f]+", text)


def bar(text):
    """How many columns a bar of blocks fills."""
    return sum(1 if letter == "\u2588" else (0x2590 - ord(letter)) / 8 for letter in text)


lines = sys.stdin.read().rstrip("\n").split("\n")
shapes = []
widest = 0
for number, line in enumerate(lines):
    column = 0
    y = TOP + number * LINE
    pieces = [(line, ["$"])] if line.startswith("$ ") else runs(line)
    for text, codes in pieces:
        colour = next((INK[code] for code in codes if code in INK and code not in "12"), None)
        colour = colour or INK["2" if "2" in codes else "1" if "1" in codes else ""]
        weight = ' font-weight="bold"' if "1" in codes else ""
        for word in words(text):
            size = width(word)
            x = MARGIN + column * COLUMN
            if "\u2580" <= word[0] <= "\u259f":
                shapes.append(f'<rect x="{x:.1f}" y="{y - 11}" width="{bar(word) * COLUMN:.1f}" height="14" fill="{colour}"/>')
            elif word.strip():
                shapes.append(
                    f'<text x="{x:.1f}" y="{y}" textLength="{size * COLUMN:.1f}" lengthAdjust="spacingAndGlyphs"'
                    f' fill="{colour}"{weight}>{escape(word)}</text>')
            column += size
    widest = max(widest, column)

across, down = MARGIN * 2 + widest * COLUMN, TOP + len(lines) * LINE
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" height="{down:.0f}">')
print(f'<rect width="{across:.0f}" height="{down:.0f}" rx="8" fill="#1e222a"/>')
for x, colour in ((18, "#ff5f57"), (36, "#febc2e"), (54, "#28c840")):
    print(f'<circle cx="{x}" cy="16" r="5" fill="{colour}"/>')
print('<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">')
print("\n".join(shapes))
print("</g></svg>")
