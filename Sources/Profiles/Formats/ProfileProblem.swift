/// Value of a profile that a file cannot have.
struct ProfileProblem: Error, Hashable {
  /// Place of the value: `contexts[3].alloc_objects`.
  var place: String
  var expected: String
  var found: String

  init(_ place: String, expected: String, found: String) {
    (self.place, self.expected, self.found) = (place, expected, found)
  }

  /// What was expected, and what was found, with the place.
  var text: String { "expected \(expected) at \(place), found \(found)" }
}
