"""Terminal emulator: keeps the screen and the modes, and checks whether the terminal's own terminfo entry
has each sequence. Needs infocmp (ncurses-bin); ncurses-term has the rarer terminals."""

import codecs, functools, re, subprocess, unicodedata


class Failed(Exception):
    """Failed check: one line with the expected and the actual result."""


TOKEN = re.compile(
    r"\x1b\[(?P<mark>[<-?]*)(?P<numbers>[0-9;:]*)(?P<final>[ -/]*[@-~])"
    r"|\x1b(?P<escape>[ -/]*[0-OQ-WYZ\\`-~])"
    r"|\x1b(?P<string>[\]PX^_])[^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])|(?P<text>[^\x00-\x1f\x7f-\x9f]+)")


def shapes_of(token):
    """Returns a control sequence without its variable parts; modes keep their numbers."""
    if token["final"] is None:
        return {"ESC " + (token["escape"] or token["string"])}
    if token["mark"] == "?" and token["final"] in "hl":
        return {"CSI ?" + number for number in token["numbers"].split(";")}
    return {"CSI " + token["mark"] + token["final"]}


@functools.cache
def shapes_in_terminfo(term):
    """Returns the sequences in a terminal's terminfo entry; None if there is no entry."""
    found = subprocess.run(["infocmp", "-1", "-x", term], capture_output=True, text=True)
    if found.returncode != 0:
        return None
    shapes = set()
    for name, value in re.findall(r"^\t(\w+)=(.*),$", found.stdout, re.M):
        if name == "kmous":
            shapes |= {"CSI ?1000", "CSI ?1006"}
        if name.startswith("k"):
            continue
        value = re.sub(r"\$<[^>]*>", "", value.replace(r"\E", "\x1b").replace(r"\e", "\x1b"))
        value = re.sub(r"%(p\d|[Pg]\w|\{\d+\}|'.'|:?[-+# 0-9.]*[doxXs]|.)", "", value)
        for token in TOKEN.finditer(value):
            if token["text"] is None and token["control"] is None:
                shapes |= shapes_of(token)
    return shapes


def has_color(numbers):
    """Returns whether an SGR sequence sets a colour; 39 and 49 are the default colours."""
    return any(number // 10 in (3, 4, 9, 10) and number % 10 != 9 and number != 10 for number in numbers)


class Screen:
    """Screen: rows of characters, the modes that are on, and all received bytes."""

    def __init__(self, width, height, encoding="utf-8"):
        self.decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
        self.pending, self.raw = "", b""
        self.modes, self.shapes, self.controls, self.colors = {25}, set(), set(), set()
        self.is_plain, self.has_keypad = True, False
        self.x = self.y = 0
        self.rows, self.last, self.saved = [], " ", (0, 0)
        self.resize(width, height)

    def resize(self, width, height):
        self.width, self.height = width, height
        self.rows = [(row + [" "] * width)[:width] for row in self.rows + [[] for _ in range(height)]][:height]
        self.region = (0, height - 1)
        self.clamp()

    def clamp(self):
        self.x, self.y = max(0, min(self.x, self.width - 1)), max(0, min(self.y, self.height - 1))

    def __str__(self):
        return "\n".join("".join(row).rstrip() for row in self.rows)

    def feed(self, data):
        self.raw += data
        text = self.pending + self.decoder.decode(data)
        at = 0
        while token := TOKEN.match(text, at) or self.cut_off(text, at):
            at = token.end()
            if token["text"]:
                for character in token["text"]:
                    self.put(character)
            elif token["control"]:
                self.control(token["control"])
            else:
                self.shapes |= shapes_of(token)
                self.escape(token["escape"]) if token["escape"] else token["final"] and self.sequence(token)
        self.pending = text[at:]

    @staticmethod
    def cut_off(text, at):
        """Returns the next token after a sequence that another sequence interrupts: terminals ignore the first."""
        following = text.find("\x1b", at + 1)
        return TOKEN.match(text, following) if following >= 0 and text[following:following + 2] != "\x1b\\" else None

    def put(self, character):
        nothing = unicodedata.combining(character) or unicodedata.category(character) == "Cf"
        cells = 0 if nothing else 1 + (unicodedata.east_asian_width(character) in "WF")
        if cells == 0:
            return
        if self.x + cells > self.width:
            self.x = 0
            self.line_feed()
        for offset, part in enumerate((character, "")[:cells]):
            if self.x + offset < self.width:
                self.rows[self.y][self.x + offset] = part
        self.x, self.last = self.x + cells, character

    def control(self, character):
        if character == "\n": self.line_feed()
        elif character == "\r": self.x = 0
        elif character == "\b": self.x = max(0, min(self.x, self.width - 1) - 1)
        elif character == "\t": self.x = min(self.width - 1, self.x // 8 * 8 + 8)
        elif character not in "\x00\x07\x0e\x0f": self.controls.add(character)  # padding, bell, character sets

    def line_feed(self):
        if self.y == self.region[1]: self.scroll(*self.region, 1)
        elif self.y < self.height - 1: self.y += 1

    def scroll(self, top, bottom, count):
        """Moves the lines from top to bottom up, or down if count is negative."""
        lines, blank = self.rows[top:bottom + 1], [[" "] * self.width for _ in range(abs(count))]
        self.rows[top:bottom + 1] = (lines[count:] + blank if count > 0 else blank + lines[:count])[-len(lines):]
        if count < 0: self.rows[top:bottom + 1] = (blank + lines)[:len(lines)]

    def escape(self, code):
        if code == "M":
            if self.y == self.region[0]: self.scroll(*self.region, -1)
            else: self.y -= 1
        elif code == "D": self.line_feed()
        elif code == "7": self.saved = (self.x, self.y)
        elif code == "8": self.x, self.y = self.saved
        elif code in "=>": self.has_keypad = code == "="
        elif code == "c": self.rows = [[" "] * self.width for _ in self.rows]

    def sequence(self, token):
        numbers = [int(number or 0) for number in re.split("[;:]", token["numbers"])]
        first, code = numbers[0], token["mark"] + token["final"]
        count = first or 1
        row = self.rows[self.y]
        if code in ("?h", "?l"):
            self.modes = self.modes | set(numbers) if code == "?h" else self.modes - set(numbers)
            return
        if code == "m":
            self.colors |= {token[0][1:]} if has_color(numbers) else set()
            self.is_plain = set(numbers) <= {0, 10, 39, 49} and (0 in numbers or self.is_plain)
            return
        if code == "b":
            for _ in range(count): self.put(self.last)
            return
        self.clamp()
        if code in "Hf": self.y, self.x = count - 1, (numbers[1] if len(numbers) > 1 and numbers[1] else 1) - 1
        elif code == "A": self.y -= count
        elif code == "B": self.y += count
        elif code == "C": self.x += count
        elif code == "D": self.x -= count
        elif code in "G`": self.x = count - 1
        elif code == "d": self.y = count - 1
        elif code == "X": row[self.x:self.x + count] = [" "] * len(row[self.x:self.x + count])
        elif code == "P": row[:] = (row[:self.x] + row[self.x + count:] + [" "] * count)[:self.width]
        elif code == "@": row[:] = (row[:self.x] + [" "] * count + row[self.x:])[:self.width]
        elif code == "K":
            start, end = (self.x, self.width) if first == 0 else (0, self.x + 1) if first == 1 else (0, self.width)
            row[start:end] = [" "] * (end - start)
        elif code == "J":
            if first == 0:
                row[self.x:] = [" "] * (self.width - self.x)
            top, bottom = (self.y + 1, self.height) if first == 0 else (0, self.height) if first == 2 else (0, self.y)
            self.rows[top:bottom] = [[" "] * self.width for _ in range(bottom - top)]
        elif code == "L": self.scroll(self.y, self.region[1], -count)
        elif code == "M": self.scroll(self.y, self.region[1], count)
        elif code == "S": self.scroll(*self.region, count)
        elif code == "T": self.scroll(*self.region, -count)
        elif code == "r":
            self.region = (count - 1, (numbers[1] if len(numbers) > 1 else self.height) - 1)
            self.x = self.y = 0
        self.clamp()

    def check_left(self):
        """Checks that the program restored the terminal's modes."""
        for modes, what in (
            ({47, 1047, 1049}, "the alternate screen is still on"), ({1}, "arrow keys still send what programs want"),
            ({9, 1000, 1002, 1003, 1006, 1015}, "the mouse is still on"),
        ):
            if modes & self.modes: raise Failed(what)
        if 25 not in self.modes: raise Failed("the cursor is still hidden")
        if self.has_keypad: raise Failed("the keypad still sends what programs want")
        if not self.is_plain: raise Failed("colours or attributes are still on")
