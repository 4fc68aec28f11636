/// Error that prevents full-screen mode.
package struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Problem and remedy, in one line.
  package let description: String
}
