import TextOutput

/// File that contains no snapshot, or a damaged one.
package struct SavedSnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the file.
  package var file: String
  /// Number of the line, from 1; nil if the whole file is meant.
  package var line: Int?
  /// Description of what was expected and found.
  package var problem: String

  /// Error message of one line.
  package var description: String {
    EscapedText.line(file, width: 200) + (line.map { ":\($0)" } ?? "") + ": " + EscapedText.line(problem, width: 400)
  }
}
