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
    let nearest = known.min { UnknownName.distance($0, name) < UnknownName.distance($1, name) }
    let hint = nearest.flatMap {
      UnknownName.distance($0, name) <= max(2, name.count / 3) ? "; did you mean \($0)?" : nil
    }
    return "unknown \(kind) '\(name)'\(hint ?? ""); known: \(known.joined(separator: ", "))"
  }

  /// Edits from one word to the other (Levenshtein 1965). O(lengths multiplied).
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
