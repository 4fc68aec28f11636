/// Error in a settings file: `mine.toml:7: unknown key 'ordres' in [orders]; did you mean 'orders'?`
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the file.
  public var file: String
  /// Line in the file, from 1; nil if unknown.
  public var line: Int?
  /// Problem and expected value, in one line.
  public var problem: String

  /// Error as `file:line: problem`.
  public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
