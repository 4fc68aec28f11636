/// Error that prevents full-screen mode.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Problem and remedy, in one line.
  public let description: String
}
