import TextOutput

/// Reader of a snapshot in any form that is recognised by its content: JSON and CSV of this program, and the pasted texts of
/// ``PastedForm``.
package enum SavedSnapshot {
  /// Reads the contents of a file, or a text that was pasted.
  ///
  /// Invalid UTF-8 in names is replaced by U+FFFD. Of several JSON objects, one on each line, the last is read.
  /// - Parameters:
  ///   - bytes: Contents of the file.
  ///   - name: Name of the file for errors.
  package static func read(_ bytes: [UInt8], name: String) throws(SavedSnapshotError) -> Snapshot {
    let text = try text(of: bytes, name: name)
    guard let first = text.first(where: { !$0.isWhitespace }) else {
      throw SavedSnapshotError(file: name, line: nil, problem: "expected slab figures, found an empty file")
    }
    // A brace alone may begin a markup, such as {noformat}.
    if first == "{", text.drop(while: { $0.isWhitespace }).dropFirst().first(where: { !$0.isWhitespace }) == "\"" {
      return try json(text, name: name)
    }
    do {
      if CSVTable.isSnapshot(text) { return try Snapshot(csv: text) }
      if let pasted = try PastedSnapshot.read(text) { return Snapshot(pasted) }
    } catch let error as SlabinfoDecoder.ParseError {
      throw SavedSnapshotError(
        file: name, line: error.line, problem: "expected \(error.expected), found \(found(text, line: error.line))")
    } catch {
      throw SavedSnapshotError(file: name, line: nil, problem: "\(error)")
    }
    if String(validating: bytes, as: UTF8.self) == nil,
      let invalid = text.unicodeScalars.firstIndex(of: "\u{FFFD}"), !bytes.starts(with: [0xFF, 0xFE]),
      !bytes.starts(with: [0xFE, 0xFF])
    {
      let line = text.unicodeScalars[..<invalid].count { $0 == "\n" } + 1
      throw SavedSnapshotError(file: name, line: line, problem: "expected text in UTF-8, found other bytes")
    }
    let line =
      text.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains { !$0.isWhitespace } } ?? 0
    throw SavedSnapshotError(
      file: name, line: line + 1,
      problem: "expected a snapshot (\(forms)), found \(found(text, line: line + 1))")
  }

  private static let forms = (PastedForm.allCases.map(\.rawValue) + ["JSON or CSV of slabscope snapshot"])
    .joined(separator: ", ")

  /// Returns the text of a file in UTF-8, or in UTF-16 with a byte order mark, as some editors write it.
  private static func text(of bytes: [UInt8], name: String) throws(SavedSnapshotError) -> String {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      let isLittle = bytes[0] == 0xFF
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
        UInt16(bytes[index + (isLittle ? 1 : 0)]) << 8 | UInt16(bytes[index + (isLittle ? 0 : 1)])
      }
      return String(decoding: units, as: UTF16.self)
    }
    guard !bytes.contains(0) else {
      let line = bytes.prefix { $0 != 0 }.count { $0 == UInt8(ascii: "\n") } + 1
      throw SavedSnapshotError(file: name, line: line, problem: "expected text, found binary data")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  private static func json(_ text: String, name: String) throws(SavedSnapshotError) -> Snapshot {
    do {
      let snapshot = try Snapshot(json: text)
      try snapshot.checkRanges()
      return snapshot
    } catch {
      let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
      if let last = lines.last, lines.count > 1, lines.allSatisfy({ $0.hasPrefix("{") && $0.hasSuffix("}") }) {
        return try json(String(last), name: name)
      }
      if let error = error as? FigureRangeError {
        throw SavedSnapshotError(file: name, line: nil, problem: error.description)
      }
      let problem = JSONProblem(error, in: text, kind: "the JSON of slabscope snapshot")
      throw SavedSnapshotError(file: name, line: problem.line, problem: problem.description)
    }
  }

  /// Returns the beginning of a line for an error.
  private static func found(_ text: String, line: Int) -> String {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(line - 1) else { return "the end of the file" }
    let words = String(lines[line - 1].prefix(2000).drop { $0.isWhitespace })
    return words.isEmpty ? "an empty line" : "'" + EscapedText.line(words, width: 60) + "'"
  }
}
