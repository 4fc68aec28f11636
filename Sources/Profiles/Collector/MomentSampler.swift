/// Sampler of the live objects of a source whose length is not known in advance. It takes a moment at equal numbers of events; when it
/// has ``AllocationProfile/momentCount`` moments, it merges each two neighbours and doubles the interval.
struct MomentSampler {
  /// Moment whose lists are in the order of first occurrence.
  struct Row {
    var microseconds: Int
    var events: Int
    var liveObjects: [Int32]
    var peakObjectsBySize: [Int32]
  }

  private(set) var rows: [Row] = []
  /// Number of events between two moments.
  private var interval = 64
  /// Number of events until the next moment.
  private var remaining = 64

  /// Counts an event and returns whether a moment is due after it.
  @inline(__always)
  mutating func isDue() -> Bool {
    remaining -= 1
    return remaining == 0
  }

  /// Adds the moment that is due.
  mutating func add(_ row: Row) {
    rows.append(row)
    if rows.count == AllocationProfile.momentCount {
      rows = stride(from: 0, to: rows.count, by: 2).map { MomentSampler.merge(rows[$0], rows[$0 + 1]) }
      interval *= 2
    }
    remaining = interval
  }

  /// Returns the later of two neighbouring moments, with the peaks of both intervals.
  private static func merge(_ one: Row, _ later: Row) -> Row {
    var merged = later
    for (size, peak) in one.peakObjectsBySize.enumerated() where peak > merged.peakObjectsBySize[size] {
      merged.peakObjectsBySize[size] = peak
    }
    return merged
  }
}
