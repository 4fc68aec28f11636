import TextOutput

/// A name that names nothing, with those that do.
public struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was to be named: `workload`, `policy`.
  public var kind: String
  /// What was asked for.
  public var name: String
  /// The names there are.
  public var known: [String]

  /// A name that is none of those known.
  public init(kind: String, name: String, known: [String]) {
    self.kind = kind
    self.name = name
    self.known = known
  }

  /// The error in one line, fit for a person.
  public var description: String {
    let hint = EditDistance.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "unknown \(kind) '\(name)'\(hint); known: \(known.joined(separator: ", "))"
  }
}
