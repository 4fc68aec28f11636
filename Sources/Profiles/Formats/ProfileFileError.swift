/// Error of reading or writing a profile: one line that names the file, the place and what was expected.
package struct ProfileFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the file.
  package var file: String
  /// Number of the line, from 1; nil if the place is named otherwise or is not known.
  package var line: Int?
  /// What was expected, and what was found.
  package var problem: String

  package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
