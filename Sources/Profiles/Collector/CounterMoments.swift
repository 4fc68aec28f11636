/// Live objects at some of the times at which counters were read: at most ``AllocationProfile/momentCount``, at equal numbers of
/// readings.
package struct CounterMoments: Sendable {
  /// Numbers of live objects at one time.
  struct Row: Sendable {
    var microseconds: Int
    var events: Int
    /// By number of the context.
    var liveObjects: [Int32]
  }

  private(set) var rows: [Row] = []
  /// Number of readings from one moment to the next.
  private var interval = 1
  private var readings = 0

  /// Creates moments of no readings.
  package init() {}

  /// Adds a reading.
  /// - Parameters:
  ///   - microseconds: Time since the start.
  ///   - events: Number of events since the start.
  ///   - liveObjects: Number of live objects by number of the context.
  package mutating func add(microseconds: Int, events: Int, liveObjects: [Int32]) {
    readings += 1
    guard readings % interval == 0 else { return }
    rows.append(Row(microseconds: microseconds, events: events, liveObjects: liveObjects))
    guard rows.count >= AllocationProfile.momentCount else { return }
    rows = stride(from: 1, to: rows.count, by: 2).map { rows[$0] }
    interval *= 2
  }
}
