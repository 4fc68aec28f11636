/// Error in a settings file: `mine.toml:7: unknown key 'ordres' in [orders]; did you mean 'orders'?`
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the file.
  package var file: String
  /// Line in the file, from 1; nil if unknown.
  package var line: Int?
  /// Problem and expected value, in one line.
  package var problem: String

  /// Error as `file:line: problem`.
  package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
