/// Returns the end of an error message about a misspelt name: `; did you mean 'x'?` if the edit distance to a known
/// name is at most a third of the length of `name` (or 2), otherwise an empty string.
func suggestion(for name: String, in known: [String]) -> String {
  let candidate = known.map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
  guard let (nearest, distance) = candidate, distance <= max(2, name.count / 3) else { return "" }
  return "; did you mean '\(nearest)'?"
}

/// Returns the Levenshtein distance: the number of characters to insert, delete or replace. O(n·m).
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (i, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in right.indices {
      let substitution = diagonal + (character == right[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
