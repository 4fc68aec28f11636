/// Snapshot with the most slab memory of an interval of a history.
package struct HistoryPeak: Sendable {
  /// The snapshot, without its caches.
  package let snapshot: Snapshot
  /// Index of the last snapshot of the interval.
  package let lastIndex: Int
}

extension HistoryFile {
  /// Divides the time of a range of snapshots into equal intervals, and reads the snapshot with the most slab memory of each, without
  /// its caches. Intervals without a snapshot are left out.
  /// - Parameters:
  ///   - range: Indices of the snapshots.
  ///   - intervals: Number of intervals, at least 1. If the range has no more snapshots than that, all of them are read.
  /// - Throws: `HistoryError`.
  /// - Complexity: O(snapshots of the range) for one figure of each, and one complete read per interval.
  package func peaks(in range: Range<Int>, intervals: Int) throws(HistoryError) -> [HistoryPeak] {
    guard let first = range.first, let last = range.last else { return [] }
    let start = recordedSnapshots[first].time
    let width = (recordedSnapshots[last].time - start) / Double(max(1, intervals))
    func interval(of index: Int) -> Int {
      guard range.count > intervals, width > 0 else { return index }
      return min(max(0, Int((recordedSnapshots[index].time - start) / width)), intervals - 1)
    }
    var found: [(interval: Int, id: Int, bytes: Int, lastIndex: Int)] = []
    var index = first
    try forEachSlabMemory(from: recordedSnapshots[first].id, through: recordedSnapshots[last].id) { id, bytes in
      // The recorder may have deleted the first snapshots meanwhile.
      while index < last, recordedSnapshots[index].id < id { index += 1 }
      guard recordedSnapshots[index].id == id else { return }
      let interval = interval(of: index)
      guard let previous = found.last, previous.interval == interval else {
        return found.append((interval, id, bytes, index))
      }
      let largest = bytes >= previous.bytes ? (id, bytes) : (previous.id, previous.bytes)
      found[found.count - 1] = (interval, largest.0, largest.1, index)
    }
    var peaks: [HistoryPeak] = []
    for peak in found { peaks.append(HistoryPeak(snapshot: try figures(of: peak.id), lastIndex: peak.lastIndex)) }
    return peaks
  }
}
