internal import TOMLKit
internal import TextOutput

/// Table of a TOML settings file. An unknown key or an invalid value is an error with the number of its line.
///
///     let file = try SettingsTable(toml: text, file: "mine.toml")
///     try file.check(keys: ["name", "orders"])
///     let name = try file.string("name")
public struct SettingsTable {
  private let table: TOMLTable
  private let source: Source
  /// Name of the table in `[name]`; empty for the top-level table.
  private let name: String

  /// Text and name of the file, for error messages.
  private struct Source {
    let text: String
    let file: String
  }

  /// Parses the text of a file.
  /// - Throws: `SettingsError` if the text is not valid TOML.
  public init(toml: String, file: String) throws(SettingsError) {
    source = Source(text: toml, file: file)
    name = ""
    do {
      table = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw SettingsError(file: file, line: error.source.begin.line, problem: "not TOML: \(error.description)")
    } catch {
      throw SettingsError(file: file, line: nil, problem: "not TOML: \(error)")
    }
  }

  private init(_ table: TOMLTable, _ source: Source, name: String) {
    (self.table, self.source, self.name) = (table, source, name)
  }

  /// Checks that every key of the table is in `known`.
  /// - Throws: `SettingsError` for the first unknown key; it suggests the most similar known key.
  public func check(keys known: [String]) throws(SettingsError) {
    guard let unknown = table.keys.first(where: { !known.contains($0) }) else { return }
    let place = name.isEmpty ? "" : " in [\(name)]"
    let nearest = EditDistance.suggestion(for: unknown, among: known)
    throw error("unknown key '\(unknown)'\(place)\(nearest); known: \(known.joined(separator: ", "))", at: unknown)
  }

  /// Returns the table of a key; nil if the key is absent.
  public func table(_ key: String) throws(SettingsError) -> SettingsTable? {
    guard let value = table[key] else { return nil }
    guard let inner = value.table else { throw error("'\(key)' is not a table: write [\(key)]", at: key) }
    return SettingsTable(inner, source, name: key)
  }

  /// Returns the string of a key; nil if the key is absent.
  public func string(_ key: String) throws(SettingsError) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw error("'\(key)' takes a string in quotes", at: key) }
    return text
  }

  /// Returns the integer of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an integer in `range`.
  public func integer(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let value = table[key] else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw error("'\(key)' takes a whole number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the number of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not a number in `range`.
  public func number(_ key: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
    guard let value = table[key] else { return nil }
    guard let number = value.double ?? value.int.map(Double.init), range.contains(number) else {
      throw error("'\(key)' takes a number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the Boolean of a key; nil if the key is absent.
  public func boolean(_ key: String) throws(SettingsError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard let answer = value.bool else { throw error("'\(key)' takes true or false", at: key) }
    return answer
  }

  /// Returns the array of integers of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an array of integers in `range`.
  public func integers(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> [Int]? {
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
  public func strings(_ key: String) throws(SettingsError) -> [String]? {
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
  public func records(_ key: String, of names: [String]) throws(SettingsError) -> [[String]]? {
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
  public func error(_ problem: String, at key: String) -> SettingsError {
    SettingsError(file: source.file, line: line(of: key), problem: problem)
  }

  /// Returns the number of the line, from 1, that defines a key of this table; nil if there is none. TOMLKit does not
  /// report the positions of keys.
  private func line(of key: String) -> Int? {
    var section = ""
    for (index, line) in source.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.drop(while: \.isWhitespace)
      if line.hasPrefix("[") {
        section = String(line.dropFirst().prefix { $0 != "]" })
        if name.isEmpty, section == key { return index + 1 }
      }
      let word = line.prefix { $0 != "=" }.filter { !$0.isWhitespace && $0 != "\"" }
      if section == name, word == key { return index + 1 }
    }
    return nil
  }
}
