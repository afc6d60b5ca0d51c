"""Reads Swift just well enough: which text is code, which is a string literal, and what a file imports and declares."""

import re
from pathlib import Path

IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)", re.M)
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|final|indirect|distributed)\s+)*"
    r"(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)", re.M)


class SwiftFile:
    """One file: `code` has the same line breaks as the file, without comments and without the text of string literals."""

    def __init__(self, path: Path, name: str):
        self.name = name
        self.code, self.literals = split(path.read_text(encoding="utf-8"))

    def line_of(self, offset: int) -> int:
        return self.code.count("\n", 0, offset) + 1

    def imports(self):
        return [(self.line_of(match.start(1)), match.group(1)) for match in IMPORT.finditer(self.code)]

    def declarations(self):
        """Types at the top level that other files can see."""
        return {match.group(1) for match in DECLARATION.finditer(self.code)}

    def words(self):
        return [(match.group(), match.start()) for match in re.finditer(r"\b[A-Z]\w*", self.code)]


def split(text: str):
    """Returns the code with everything else blanked, and the literals as (line, text)."""
    code, literals = [], []
    position = 0
    while position < len(text):
        if text.startswith("//", position):
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif text.startswith("/*", position):
            end = end_of_comment(text, position)
            code.append(blank(text[position:end]))
            position = end
        elif text[position] == '"' or (text[position] == "#" and re.match(r'#+"', text[position:position + 8])):
            end, content = end_of_literal(text, position)
            literals.append((text.count("\n", 0, position) + 1, content))
            code.append('"' + blank(text[position:end]) + '"')
            position = end
        else:
            code.append(text[position])
            position += 1
    return "".join(code), literals


def blank(text: str) -> str:
    return "\n" * text.count("\n")


def end_of_comment(text: str, start: int) -> int:
    """Swift's block comments nest."""
    depth, position = 0, start
    while position < len(text):
        if text.startswith("/*", position):
            depth, position = depth + 1, position + 2
        elif text.startswith("*/", position):
            depth, position = depth - 1, position + 2
            if depth == 0:
                return position
        else:
            position += 1
    return position


def end_of_literal(text: str, start: int):
    """The end of the literal that begins here, and its text, where each interpolation stands as one space."""
    hashes = len(text[start:]) - len(text[start:].lstrip("#"))
    quote = '"""' if text.startswith('"""', start + hashes) else '"'
    close, escape = quote + "#" * hashes, "\\" + "#" * hashes
    position, content = start + hashes + len(quote), []
    while position < len(text):
        if text.startswith(escape + "(", position):
            position = end_of_interpolation(text, position + len(escape))
            content.append(" ")
        elif text.startswith(escape, position):
            content.append(" ")
            position += len(escape) + 1
        elif text.startswith(close, position):
            return position + len(close), "".join(content)
        elif text[position] == "\n" and quote == '"':
            return position, "".join(content)
        else:
            content.append(text[position])
            position += 1
    return position, "".join(content)


def end_of_interpolation(text: str, start: int) -> int:
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == '"':
            position, _ = end_of_literal(text, position)
            continue
        depth += (character == "(") - (character == ")")
        position += 1
        if depth == 0:
            return position
    return position
