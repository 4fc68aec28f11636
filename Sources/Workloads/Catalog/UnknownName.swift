import TextOutput

/// Error for a name that is not among the known names, for example of workloads or policies.
package struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
  /// Kind of the named thing: `workload` or `policy`.
  package var kind: String
  /// The unknown name.
  package var name: String
  /// All known names.
  package var known: [String]

  /// Creates an error for a name that is not in `known`.
  package init(kind: String, name: String, known: [String]) {
    self.kind = kind
    self.name = name
    self.known = known
  }

  /// Error message in one line, with the known names and a suggestion if a similar name is known.
  package var description: String {
    let hint = EditDistance.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "unknown \(kind) '\(name)'\(hint); known: \(known.joined(separator: ", "))"
  }
}
