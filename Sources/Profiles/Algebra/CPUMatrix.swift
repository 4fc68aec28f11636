/// Sums of matrices of allocating and freeing CPUs.
enum CPUMatrix {
  /// Returns `one` plus `sign` times `other`, without rows and columns of zeros at the end, so that the number of CPUs of a source
  /// without frees does not matter.
  static func sum(_ one: [[Int]], _ other: [[Int]], sign: Int) -> [[Int]] {
    let size = max(one.count, other.count)
    var result = (0..<size).map { row in
      (0..<size).map { column in entry(one, row, column) + sign * entry(other, row, column) }
    }
    while let last = result.indices.last, result[last].allSatisfy({ $0 == 0 }), result.allSatisfy({ $0[last] == 0 }) {
      result.removeLast()
      for row in result.indices { result[row].removeLast() }
    }
    return result
  }

  /// Returns `one` plus `sign` times `other`, without zeros at the end.
  static func sum(_ one: [Int], _ other: [Int], sign: Int) -> [Int] {
    var result = one + [Int](repeating: 0, count: max(0, other.count - one.count))
    for (cpu, count) in other.enumerated() { result[cpu] += sign * count }
    while result.last == 0 { result.removeLast() }
    return result
  }

  private static func entry(_ matrix: [[Int]], _ row: Int, _ column: Int) -> Int {
    row < matrix.count && column < matrix[row].count ? matrix[row][column] : 0
  }
}
