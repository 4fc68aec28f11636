internal import TOMLKit
internal import TextOutput

/// Table of a TOML settings file. An unknown key or an invalid value is an error with the number of its line.
///
///     let file = try SettingsTable(toml: text, file: "mine.toml")
///     try file.check(keys: ["name", "orders"])
///     let name = try file.string("name")
package struct SettingsTable {
  private let table: TOMLTable
  private let source: Source
  /// Keys that lead to the table, as in `[orders."kmalloc-2k"]`; empty for the top-level table.
  private let path: [String]

  /// Text and name of the file, for error messages.
  private struct Source {
    let text: String
    let file: String
  }

  /// Parses the text of a file.
  /// - Throws: `SettingsError` if the text is not valid TOML.
  package init(toml: String, file: String) throws(SettingsError) {
    source = Source(text: toml, file: file)
    path = []
    do {
      table = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw SettingsError(file: file, line: error.source.begin.line, problem: "not TOML: \(error.description)")
    } catch {
      throw SettingsError(file: file, line: nil, problem: "not TOML: \(error)")
    }
  }

  private init(_ table: TOMLTable, _ source: Source, path: [String]) {
    (self.table, self.source, self.path) = (table, source, path)
  }

  /// Keys of the table, in no particular order.
  package var keys: [String] { table.keys }

  /// Checks that every key of the table is in `known`.
  /// - Throws: `SettingsError` for the first unknown key; it suggests the most similar known key.
  package func check(keys known: [String]) throws(SettingsError) {
    guard let unknown = table.keys.first(where: { !known.contains($0) }) else { return }
    let place = path.isEmpty ? "" : " in [\(SettingsTable.header(path))]"
    let nearest = EditDistance.suggestion(for: unknown, among: known)
    throw error("unknown key '\(unknown)'\(place)\(nearest); known: \(known.joined(separator: ", "))", at: unknown)
  }

  /// Whether the value of a key is a table.
  package func isTable(_ key: String) -> Bool { table[key]?.table != nil }

  /// Returns the table of a key; nil if the key is absent.
  package func table(_ key: String) throws(SettingsError) -> SettingsTable? {
    guard let value = table[key] else { return nil }
    guard let inner = value.table else {
      throw error("'\(key)' is not a table: write [\(SettingsTable.header(path + [key]))]", at: key)
    }
    return SettingsTable(inner, source, path: path + [key])
  }

  /// Returns the string of a key; nil if the key is absent.
  package func string(_ key: String) throws(SettingsError) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw error("'\(key)' takes a string in quotes", at: key) }
    return text
  }

  /// Returns the integer of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an integer in `range`.
  package func integer(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let value = table[key] else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw error("'\(key)' takes a whole number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the number of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not a number in `range`.
  package func number(_ key: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
    guard let value = table[key] else { return nil }
    guard let number = value.double ?? value.int.map(Double.init), range.contains(number) else {
      throw error("'\(key)' takes a number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the Boolean of a key; nil if the key is absent.
  package func boolean(_ key: String) throws(SettingsError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard let answer = value.bool else { throw error("'\(key)' takes true or false", at: key) }
    return answer
  }

  /// Returns the array of integers of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an array of integers in `range`.
  package func integers(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> [Int]? {
    guard let value = table[key] else { return nil }
    guard let array = value.array else { throw error("'\(key)' takes a list of whole numbers: [8, 16, ...]", at: key) }
    var numbers: [Int] = []
    for index in 0..<array.count {
      guard let number = array[index].int, range.contains(number) else {
        throw error(
          "'\(key)' takes whole numbers from \(range.lowerBound) to \(range.upperBound); entry \(index + 1) is not one of them",
          at: key)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Returns the array of strings of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an array of non-empty strings.
  package func strings(_ key: String) throws(SettingsError) -> [String]? {
    guard let value = table[key] else { return nil }
    guard let array = value.array else { throw error("'\(key)' takes a list of strings: [\"a\", \"b\"]", at: key) }
    var strings: [String] = []
    for index in 0..<array.count {
      guard let string = array[index].string, !string.isEmpty else {
        throw error("'\(key)' takes strings that are not empty; entry \(index + 1) is empty or not a string", at: key)
      }
      strings.append(string)
    }
    return strings
  }

  /// Returns the array of tables of a key; nil if the key is absent. Each table must have exactly the keys `names`, with non-empty
  /// strings as values.
  /// - Returns: Strings of each table, in the order of `names`.
  /// - Throws: `SettingsError` if a table has other keys or values.
  package func records(_ key: String, of names: [String]) throws(SettingsError) -> [[String]]? {
    guard let value = table[key] else { return nil }
    let example = "[{\(names.map { "\($0) = \"...\"" }.joined(separator: ", "))}]"
    guard let array = value.array else { throw error("'\(key)' takes a list of tables: \(example)", at: key) }
    var records: [[String]] = []
    for index in 0..<array.count {
      let entry = array[index].table
      let strings = names.compactMap { entry?[$0]?.string }.filter { !$0.isEmpty }
      guard let entry, strings.count == names.count, entry.keys.count == names.count else {
        throw error("'\(key)' takes tables \(example); entry \(index + 1) is not such a table", at: key)
      }
      records.append(strings)
    }
    return records
  }

  /// Returns an error about a key, with the number of its line.
  package func error(_ problem: String, at key: String) -> SettingsError {
    SettingsError(file: source.file, line: line(of: key), problem: problem)
  }

  /// Returns the number of the line, from 1, that defines a key of this table; that of the table itself if the table is
  /// written inline; nil if there is none. TOMLKit does not report the positions of keys.
  private func line(of key: String) -> Int? {
    line(of: key, in: path) ?? path.last.flatMap { line(of: $0, in: path.dropLast()) }
  }

  private func line(of key: String, in path: [String]) -> Int? {
    var section: [String] = []
    for (index, line) in source.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.drop(while: \.isWhitespace)
      if line.hasPrefix("[") {
        section = SettingsTable.keys(inHeader: line)
        if section == path + [key] { return index + 1 }
      }
      let word = line.prefix { $0 != "=" }.filter { !$0.isWhitespace && $0 != "\"" }
      if section == path, word == key { return index + 1 }
    }
    return nil
  }

  /// Splits a header such as `[orders."kmalloc-2k"]` into its keys. A dot in quotes belongs to the key.
  private static func keys(inHeader line: Substring) -> [String] {
    var (keys, isQuoted) = ([""], false)
    for character in line.dropFirst() {
      switch character {
      case "\"", "'": isQuoted.toggle()
      case "]" where !isQuoted: return keys
      case "." where !isQuoted: keys.append("")
      case _ where character.isWhitespace && !isQuoted: break
      default: keys[keys.count - 1].append(character)
      }
    }
    return keys
  }

  /// Returns the text between the brackets of a header; keys that TOML does not allow without quotes are quoted.
  private static func header(_ path: [String]) -> String {
    path.map { key in
      key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") } && Int(key) == nil
        ? key : "\"\(key)\""
    }.joined(separator: ".")
  }
}
