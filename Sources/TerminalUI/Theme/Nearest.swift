/// The end of an error about a misspelt name: `; did you mean 'x'?` if one of `known` is within a third of its length,
/// otherwise nothing.
func nearest(to name: String, in known: [String]) -> String {
  let candidate = known.map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
  guard let (best, distance) = candidate, distance <= max(2, name.count / 3) else { return "" }
  return "; did you mean '\(best)'?"
}

/// Levenshtein's distance: how many characters to insert, delete or replace. O(n·m).
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (i, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in right.indices {
      let replaced = diagonal + (character == right[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
