/// Error of a sweep, in one line with the remedy.
package struct SweepError: Error, Hashable, Sendable, CustomStringConvertible {
  /// File or cell, problem and remedy.
  package let description: String

  /// Creates an error with its message.
  package init(_ description: String) { self.description = description }
}
