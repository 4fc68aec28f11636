/// Levenshtein distance between words, for suggestions in error messages.
package enum EditDistance {
  /// Returns the end of an error message about a misspelt name: `; did you mean 'x'?`, or an empty string if no known
  /// name is similar.
  package static func suggestion(for name: String, among known: [String]) -> String {
    nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Returns the known word with the smallest distance to `word`; nil if that distance is more than 2 and more than a
  /// third of the length of `word`.
  package static func nearest(to word: String, among known: [String]) -> String? {
    let nearest = known.map { (word: $0, distance: between($0, word)) }.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance <= max(2, word.count / 3) ? $0.word : nil }
  }

  /// Returns the number of characters to insert, delete or replace to change one word into the other (Levenshtein
  /// 1965).
  /// - Complexity: O(n·m) in the lengths of the words.
  package static func between(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, leftCharacter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, rightCharacter) in right.enumerated() {
        let substitution = diagonal + (leftCharacter == rightCharacter ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
