/// Why there can be no screen, in one line for the user.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is missing and what to do about it.
  public let description: String
}
