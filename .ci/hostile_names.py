"""Names that no program should print as they are, and a recording, a slabinfo file and a history that hold them."""

import sqlite3

NAMES = [
    b"\x1b]52;c;cm0gLXJmIH4=\x07",                # OSC 52: writes the clipboard
    b"\x1b[2J\x1b[31mred",                        # clears the screen, changes the colour
    b"\xc2\x9b2Jc1",                              # CSI as one character of the C1 set
    b"line\nfeed\rreturn\ttab\x00null\x7fdelete",
    "\u202ereversed\u2066isolated\u200bzero\ufeffmark".encode(),
    b"\xff\xfe\xc0\x80 not UTF-8",
    b"quote\"apostrophe'comma,semicolon;back\\slash",
    b"<script>&amp;]]></svg>",
    b"=HYPERLINK(\"http://127.0.0.1\")",
    b"x" * 5000,
    "\u0301\u0301combining \U0001f468\u200d\U0001f469 wide \uff21".encode(),
    b"", b" ", b"%s%n$(reboot)`reboot`", "\ufffe\U000e0001private\ue000".encode(),
]


def crc32c(data, tables=[]):
    """Returns the CRC-32C (Castagnoli) of the bytes."""
    if not tables:
        for byte in range(256):
            for _ in range(8): byte = byte >> 1 ^ 0x82F63B78 if byte & 1 else byte >> 1
            tables.append(byte)
    crc = 0xFFFFFFFF
    for byte in data: crc = crc >> 8 ^ tables[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(value):
    """Returns a number as LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


class Reader:
    """Reader of the numbers and strings of a .slabtrace file."""

    def __init__(self, data, position=0): self.data, self.position = data, position

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80: return value

    def string(self):
        count = self.varint()
        self.position += count
        return self.data[self.position - count:self.position]


def string(text): return varint(len(text)) + text


def recording(path, output, names=NAMES):
    """Copies a .slabtrace file; the names in it, one after another, become hostile ones, made different by a number."""
    data = open(path, "rb").read()
    reader = Reader(data, 8)
    reader.varint()
    copy = bytearray(data[:reader.position])
    count = 0

    def hostile():
        nonlocal count
        count += 1
        name = names[count % len(names)]
        return name if count < len(names) else name + b"#%d" % count

    while reader.position < len(data):
        start = reader.position
        kind = data[start:start + 1]
        reader.position += 1
        length = reader.varint()
        body, end = Reader(data, reader.position), reader.position + length
        payload = data[reader.position:end]
        if kind == b"H":
            body.string(), body.string()
            payload = string(names[0] + b"name") + string(names[1] + b"summary") + data[body.position:end]
        elif kind == b"E":
            for _ in range(4): body.varint()
            head = data[reader.position:body.position]
            symbols = [body.string() for _ in range(body.varint())]
            payload = head + varint(len(symbols)) + b"".join(string(hostile()) for _ in symbols) + data[body.position:end]
        block = kind + varint(len(payload)) + payload
        copy += block + crc32c(block).to_bytes(4, "little")
        reader.position = end + 4
    open(output, "wb").write(copy)


def slabinfo(output):
    """Writes a slabinfo file with hostile cache names, without the characters that end or divide a line, and with one name twice."""
    with open(output, "wb") as file:
        file.write(b"slabinfo - version: 2.1\n# name <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>\n")
        for name in NAMES + [b"twice", b"twice"]:
            name = name.replace(b"\n", b"").replace(b"\x00", b"").replace(b" ", b"_") or b"_"
            file.write(name + b" 100 128 64 64 1 : tunables 0 0 0 : slabdata 2 2 0\n")


def history(path):
    """Changes the names in a history to hostile ones."""
    database = sqlite3.connect(path)
    tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
    changed = 0
    for table in tables:
        columns = [row[1] for row in database.execute(f"pragma table_info({table})")]
        for column in columns:
            if column not in ("name", "workload", "policy", "title"): continue
            for number, (row, text) in enumerate(database.execute(f"select rowid, {column} from {table}").fetchall()):
                if not isinstance(text, str): continue
                name = NAMES[number % len(NAMES)].decode(errors="replace").replace("\x00", "") + f"#{number}"
                database.execute(f"update {table} set {column} = ? where rowid = ?", (name, row))
                changed += 1
    database.commit()
    if not changed: raise SystemExit("the history has no names")
