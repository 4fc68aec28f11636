import TextOutput

/// Error for a name that is not among the known names, for example of workloads or policies.
public struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
  /// Kind of the named thing: `workload` or `policy`.
  public var kind: String
  /// The unknown name.
  public var name: String
  /// All known names.
  public var known: [String]

  /// Creates an error for a name that is not in `known`.
  public init(kind: String, name: String, known: [String]) {
    self.kind = kind
    self.name = name
    self.known = known
  }

  /// Error message in one line, with the known names and a suggestion if a similar name is known.
  public var description: String {
    let hint = EditDistance.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "unknown \(kind) '\(name)'\(hint); known: \(known.joined(separator: ", "))"
  }
}
