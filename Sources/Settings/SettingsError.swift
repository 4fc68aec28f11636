/// What is wrong with a settings file, in one line: `mine.toml:7: unknown key 'ordres' in [orders]; did you mean 'orders'?`
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's name.
  public var file: String
  /// The line, from 1, where one can be told.
  public var line: Int?
  /// What is wrong, and what was expected.
  public var problem: String

  /// The error in one line, fit for a person.
  public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
