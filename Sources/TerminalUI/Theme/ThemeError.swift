/// Why a theme cannot be used, in one line for its author.
public struct ThemeError: Error, Hashable, CustomStringConvertible {
  /// The file it was read from, if it was.
  public let file: String?
  /// The line in that file, from 1, if it is known.
  public let line: Int?
  /// What is wrong and what would be right.
  public let problem: String

  /// `file:line: problem`, the form that editors jump to.
  public var description: String {
    let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
}
