internal import TOMLKit

/// A table of a TOML file that people edit. Every key is known or an error that names its line and the nearest known key.
///
///     let file = try SettingsTable(toml: text, file: "mine.toml")
///     try file.check(keys: ["name", "orders"])
///     let name = try file.string("name")
public struct SettingsTable {
  private let table: TOMLTable
  private let source: Source
  /// The table's name as `[name]`; empty at the top.
  private let name: String

  private struct Source {
    let text: String
    let file: String
  }

  /// Reads a file's text.
  /// - Throws: `SettingsError` when it is not TOML.
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

  /// Sees to it that every key is one of these.
  public func check(keys known: [String]) throws(SettingsError) {
    guard let unknown = table.keys.first(where: { !known.contains($0) }) else { return }
    let place = name.isEmpty ? "" : " in [\(name)]"
    let nearest = EditDistance.nearest(to: unknown, among: known).map { "; did you mean '\($0)'?" } ?? ""
    throw error("unknown key '\(unknown)'\(place)\(nearest); known: \(known.joined(separator: ", "))", at: unknown)
  }

  /// The table under a key; nil where there is none.
  public func table(_ key: String) throws(SettingsError) -> SettingsTable? {
    guard let value = table[key] else { return nil }
    guard let inner = value.table else { throw error("'\(key)' is no table: write [\(key)]", at: key) }
    return SettingsTable(inner, source, name: key)
  }

  /// The text under a key; nil where there is none.
  public func string(_ key: String) throws(SettingsError) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw error("'\(key)' takes a text in quotes", at: key) }
    return text
  }

  /// The whole number under a key, within a range; nil where there is none.
  public func integer(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let value = table[key] else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw error("'\(key)' takes a whole number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// The number under a key, within a range; nil where there is none.
  public func number(_ key: String, in range: ClosedRange<Double>) throws(SettingsError) -> Double? {
    guard let value = table[key] else { return nil }
    guard let number = value.double ?? value.int.map(Double.init), range.contains(number) else {
      throw error("'\(key)' takes a number from \(range.lowerBound) to \(range.upperBound)", at: key)
    }
    return number
  }

  /// true or false; nil where there is nothing under the key.
  public func boolean(_ key: String) throws(SettingsError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard let answer = value.bool else { throw error("'\(key)' takes true or false", at: key) }
    return answer
  }

  /// Whole numbers under a key, each within a range; nil where there are none.
  public func integers(_ key: String, in range: ClosedRange<Int>) throws(SettingsError) -> [Int]? {
    guard let value = table[key] else { return nil }
    guard let array = value.array else { throw error("'\(key)' takes a list of numbers: [8, 16, ...]", at: key) }
    var numbers: [Int] = []
    for index in 0..<array.count {
      guard let number = array[index].int, range.contains(number) else {
        throw error(
          "'\(key)' takes whole numbers from \(range.lowerBound) to \(range.upperBound); entry \(index + 1) is none",
          at: key)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Strings under a key, none of them empty; nil if the key is absent.
  public func strings(_ key: String) throws(SettingsError) -> [String]? {
    guard let value = table[key] else { return nil }
    guard let array = value.array else { throw error("'\(key)' takes a list of strings: [\"a\", \"b\"]", at: key) }
    var strings: [String] = []
    for index in 0..<array.count {
      guard let string = array[index].string, !string.isEmpty else {
        throw error("'\(key)' takes strings that are not empty; entry \(index + 1) is none", at: key)
      }
      strings.append(string)
    }
    return strings
  }

  /// An error about a key, with its line.
  public func error(_ problem: String, at key: String) -> SettingsError {
    SettingsError(file: source.file, line: line(of: key), problem: problem)
  }

  /// The line on which a key of this table stands; TOMLKit keeps no positions beyond its parse errors.
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
