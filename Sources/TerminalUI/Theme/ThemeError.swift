/// Error in a theme file or theme name.
package struct ThemeError: Error, Hashable, CustomStringConvertible {
  /// Name of the theme file; nil if the theme does not come from a file.
  package let file: String?
  /// Line in the file, from 1; nil if unknown.
  package let line: Int?
  /// Problem and expected value, in one line.
  package let problem: String

  /// Error as `file:line: problem`, a form that editors can open.
  package var description: String {
    let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
}
