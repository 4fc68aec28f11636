/// Table of a TOML document, with the lines of its keys.
package struct TOMLTable: Hashable, Sendable {
  private let line: Int?
  private let entries: [String: Entry]

  /// Value of a key and the line, from 1, on which it is defined.
  struct Entry: Hashable, Sendable {
    let value: TOMLValue
    let line: Int
  }

  /// Creates a table. The root table of a document has no line.
  init(_ entries: [String: Entry], line: Int?) {
    (self.entries, self.line) = (entries, line)
  }

  /// Keys of the table, sorted.
  package var keys: [String] { entries.keys.sorted() }

  /// Value of a key; nil if the key is absent.
  package subscript(key: String) -> TOMLValue? { entries[key]?.value }

  /// Returns the line, from 1, that defines a key; the line of the table if the key is absent; nil if the table is the root.
  package func line(of key: String) -> Int? { entries[key]?.line ?? line }
}
