/// Problem in a text that is not TOML.
package struct TOMLError: Error, Hashable, Sendable {
  /// Line of the problem, from 1.
  package var line: Int
  /// Problem in one line, in the words of toml++.
  package var problem: String
}
