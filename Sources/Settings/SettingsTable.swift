internal import TOML
internal import TextOutput

/// Table of a TOML settings file. An unknown key or an invalid value is an error with the number of its line.
///
///     let file = try SettingsTable(toml: text, file: "mine.toml")
///     try file.check(keys: ["name", "orders"])
///     let name = try file.string("name")
package struct SettingsTable {
  private let table: TOMLTable
  private let file: String
  /// Keys that lead to the table, as in `[orders."kmalloc-2k"]`; empty for the top-level table.
  private let path: [String]

  /// Parses the text of a file.
  /// - Throws: `SettingsError` if the text is not valid TOML.
  package init(toml: String, file: String) throws(SettingsError) {
    (self.file, path) = (file, [])
    do {
      table = try TOMLTable(parsing: toml)
    } catch {
      throw SettingsError(file: file, line: error.line, problem: "not TOML: \(error.problem)")
    }
  }

  private init(_ table: TOMLTable, file: String, path: [String]) {
    (self.table, self.file, self.path) = (table, file, path)
  }

  /// Keys of the table, sorted.
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
    return SettingsTable(inner, file: file, path: path + [key])
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
    guard let number = value.integer, range.contains(number) else {
      throw error("'\(key)' takes a whole number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the number of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not a number in `range`.
  package func number(_ key: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
    guard let value = table[key] else { return nil }
    guard let number = value.float ?? value.integer.map(Double.init), range.contains(number) else {
      throw error("'\(key)' takes a number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// Returns the Boolean of a key; nil if the key is absent.
  package func boolean(_ key: String) throws(SettingsError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard let answer = value.boolean else { throw error("'\(key)' takes true or false", at: key) }
    return answer
  }

  /// Returns the array of integers of a key; nil if the key is absent.
  /// - Throws: `SettingsError` if the value is not an array of integers in `range`.
  package func integers(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> [Int]? {
    guard let value = table[key] else { return nil }
    guard let array = value.array else { throw error("'\(key)' takes a list of whole numbers: [8, 16, ...]", at: key) }
    var numbers: [Int] = []
    for index in 0..<array.count {
      guard let number = array[index].integer, range.contains(number) else {
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

  /// Returns an error about a key, with the number of the line that defines the key, or the table if the key is absent.
  package func error(_ problem: String, at key: String) -> SettingsError {
    SettingsError(file: file, line: table.line(of: key), problem: problem)
  }

  /// Returns the text between the brackets of a header; keys that TOML does not allow without quotes are quoted.
  private static func header(_ path: [String]) -> String {
    path.map { key in
      key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") } && Int(key) == nil
        ? key : "\"\(key)\""
    }.joined(separator: ".")
  }
}
