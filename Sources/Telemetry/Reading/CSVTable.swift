/// Fields of a CSV text (RFC 4180).
struct CSVTable {
  /// Row with the number of its first line.
  struct Row {
    var line: Int
    var fields: [String]
  }

  private(set) var rows: [Row] = []

  /// Reads a text. Fields in quotation marks may contain commas, quotation marks and line ends.
  /// - Throws: `SlabinfoDecoder.ParseError` for a quotation mark that is not closed.
  init(_ text: String) throws(SlabinfoDecoder.ParseError) {
    var (fields, field, isQuoted, wasQuoted) = ([String](), "", false, false)
    var (line, firstLine) = (1, 1)
    var characters = Array(text.utf8)[...]
    var bytes: [UInt8] = []
    func endField() {
      field = String(decoding: bytes, as: UTF8.self)
      fields.append(field)
      (bytes, wasQuoted) = ([], false)
    }
    while let byte = characters.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && characters.first == byte:
        characters.removeFirst()
        bytes.append(byte)
      case UInt8(ascii: "\"") where isQuoted || bytes.isEmpty && !wasQuoted:
        isQuoted.toggle()
        wasQuoted = true
      case UInt8(ascii: ",") where !isQuoted: endField()
      case UInt8(ascii: "\r") where !isQuoted && characters.first == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n") where !isQuoted:
        endField()
        rows.append(Row(line: firstLine, fields: fields))
        (fields, line) = ([], line + 1)
        firstLine = line
      default:
        if byte == UInt8(ascii: "\n") { line += 1 }
        bytes.append(byte)
      }
    }
    guard !isQuoted else { throw SlabinfoDecoder.ParseError(line: firstLine, expected: "a closing quotation mark") }
    if !bytes.isEmpty || !fields.isEmpty || wasQuoted {
      endField()
      rows.append(Row(line: firstLine, fields: fields))
    }
    rows.removeAll { $0.fields == [""] }
  }

  /// Returns whether the first line of a text is the header of a CSV snapshot: the name of the cache and other columns.
  static func isSnapshot(_ text: String) -> Bool {
    guard let header = text.split(whereSeparator: \.isNewline).first(where: { $0.contains { !$0.isWhitespace } }) else {
      return false
    }
    let names = header.split(separator: ",")
    return names.count > 1 && names.contains { $0 == "cache" || $0 == "name" }
      && names.contains { (try? Figure.column(named: String($0))).map { $0 != .cacheName } ?? false }
  }
}
