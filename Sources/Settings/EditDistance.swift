/// How far apart two words are, for hints at what was meant.
public enum EditDistance {
  /// The known word that is nearest to another; nil when none is near.
  public static func nearest(to word: String, among known: [String]) -> String? {
    let nearest = known.min { between($0, word) < between($1, word) }
    return nearest.flatMap { between($0, word) <= max(2, word.count / 3) ? $0 : nil }
  }

  /// Edits from one word to the other (Levenshtein 1965).
  /// - Complexity: O(lengths multiplied).
  public static func between(_ left: String, _ right: String) -> Int {
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
