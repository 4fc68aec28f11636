/// Levenshtein distance between words, for suggestions in error messages.
public enum EditDistance {
  /// Returns the known word with the smallest distance to `word`; nil if that distance is more than 2 and more than a
  /// third of the length of `word`.
  public static func nearest(to word: String, among known: [String]) -> String? {
    let nearest = known.min { between($0, word) < between($1, word) }
    return nearest.flatMap { between($0, word) <= max(2, word.count / 3) ? $0 : nil }
  }

  /// Returns the number of characters to insert, delete or replace to change one word into the other (Levenshtein
  /// 1965).
  /// - Complexity: O(n·m) in the lengths of the words.
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
