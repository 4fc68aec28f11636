/// Optimal string alignment distance between words, for suggestions in error messages.
package enum EditDistance {
  /// Returns the end of an error message about a misspelt name: `; did you mean 'x'?`, or an empty string if no known
  /// name is similar.
  package static func suggestion(for name: String, among known: [String]) -> String {
    nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Returns the known word with the smallest distance to `word`; nil if no known word is similar. A similar word has a
  /// distance of at most 1, or 2 if `word` has more than 4 characters, and more than half of the characters of the
  /// longer word are in both words.
  package static func nearest(to word: String, among known: [String]) -> String? {
    let limit = word.count <= 4 ? 1 : 2
    // The lengths of two words differ by at most their distance.
    let close = known.filter { abs($0.count - word.count) <= limit }
    let candidates = close.map { (word: $0, distance: between($0, word)) }
    return candidates.filter { candidate in
      candidate.distance <= limit
        && 2 * commonCharacters(candidate.word, word) > max(candidate.word.count, word.count)
    }.min { $0.distance < $1.distance }?.word
  }

  /// Returns the number of edits that change one word into the other: inserting, deleting or replacing a character, or
  /// exchanging two neighbours. No part of a word is edited twice (optimal string alignment; Damerau 1964).
  /// - Complexity: O(n·m) in the lengths of the words.
  package static func between(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        let substitution = previous[j] + (left[i] == right[j] ? 0 : 1)
        var distance = min(substitution, previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          distance = min(distance, beforePrevious[j - 1] + 1)
        }
        row.append(distance)
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count]
  }

  /// Returns the number of characters that are in both words, in any order.
  private static func commonCharacters(_ left: String, _ right: String) -> Int {
    var counts: [Character: Int] = [:]
    for character in left { counts[character, default: 0] += 1 }
    var common = 0
    for character in right {
      guard let count = counts[character], count > 0 else { continue }
      counts[character] = count - 1
      common += 1
    }
    return common
  }
}
