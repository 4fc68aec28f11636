/// Sampler of the live objects of a source whose length is not known in advance. It takes a moment at equal numbers of events;
/// when it has ``AllocationProfile/momentCount`` moments, it merges each two neighbours and doubles the interval.
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
  private(set) var eventsLeft = 64
  /// Largest number of figures in all moments: 8 MiB. Sources of very many contexts have fewer moments.
  private static let largestCount = 2 << 20

  /// Counts events, at most as many as are left, and returns whether a moment is due after them.
  mutating func isDue(after events: Int) -> Bool {
    eventsLeft -= events
    return eventsLeft == 0
  }

  /// Adds the moment that is due.
  mutating func add(_ row: Row) {
    rows.append(row)
    let figures = row.liveObjects.count + row.peakObjectsBySize.count
    let most = min(AllocationProfile.momentCount, max(16, MomentSampler.largestCount / max(1, figures)))
    while rows.count >= most { halve() }
    eventsLeft = interval
  }

  /// Merges each two neighbours. An odd last moment is kept, and merged at the next time.
  private mutating func halve() {
    rows = stride(from: 0, to: rows.count, by: 2).map { index in
      index + 1 < rows.count ? MomentSampler.merge(rows[index], rows[index + 1]) : rows[index]
    }
    interval *= 2
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
