/// Part of the cells of a sweep that one task runs: shard `index` of `count`, counted from 0 as Kubernetes and Slurm do.
package struct SweepShard: Sendable, Hashable, CustomStringConvertible {
  /// Number of the shard, from 0.
  package let index: Int
  /// Number of shards.
  package let count: Int

  /// The shard with all cells.
  package static let whole = SweepShard(index: 0, count: 1)

  init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

  /// Parses a shard such as `3/64`. Returns nil for any other text, and unless 0 <= I < N <= 1,000,000.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      (1...SweepPlan.maximumCells).contains(count), (0..<count).contains(index)
    else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// Returns the cells of the shard: a range, so that they have few inputs. The lengths of the shards of a sweep differ by 1 at
  /// most, and each cell is in exactly one shard.
  /// - Parameter cellCount: Number of cells of the sweep.
  package func cells(of cellCount: Int) -> Range<Int> { cellCount * index / count..<cellCount * (index + 1) / count }

  /// Text such as `3/64`.
  package var description: String { "\(index)/\(count)" }
}
