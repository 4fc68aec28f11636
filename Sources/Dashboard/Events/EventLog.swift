/// Latest events of the machine. Each severity has a ring of its own, so that growth does not push out fallbacks and failures.
struct EventLog: Sendable, Hashable {
  /// Number of events that are kept of each severity.
  private static let capacity = 500
  /// Longest time between two equal events that are merged, in microseconds of the workload.
  private static let mergingTime = 10_000_000
  /// Number of latest events of a severity among which an equal event is searched.
  private static let mergingDepth = 16

  /// Events by severity, the newest last.
  private var rings = [[MachineEvent]](repeating: [], count: MachineEvent.Severity.allCases.count)
  /// Number of events so far by severity, including those that were merged or dropped.
  private var counts = [Int](repeating: 0, count: MachineEvent.Severity.allCases.count)
  private var added = 0

  /// Adds an event. If an equal one happened shortly before, they are merged.
  mutating func add(_ event: MachineEvent) {
    let severity = event.severity.rawValue
    counts[severity] += 1
    var event = event
    let recent = rings[severity].indices.suffix(EventLog.mergingDepth)
    if let index = recent.last(where: { rings[severity][$0].isEqual(to: event) }),
      event.time - rings[severity][index].time <= EventLog.mergingTime
    {
      let earlier = rings[severity].remove(at: index)
      (event.firstTime, event.number) = (earlier.firstTime, earlier.number)
      event.count += earlier.count
      event.amount = event.amount.map { $0 + (earlier.amount ?? 0) }
    } else {
      added += 1
      event.number = added
    }
    rings[severity].append(event)
    if rings[severity].count > EventLog.capacity { rings[severity].removeFirst() }
  }

  /// Returns the number of events of a severity so far, including those that were merged or dropped.
  func count(of severity: MachineEvent.Severity) -> Int { counts[severity.rawValue] }

  /// Returns the kept events of at least a severity, the newest last.
  /// - Complexity: O(n log n) for n kept events.
  func events(from severity: MachineEvent.Severity = .information) -> [MachineEvent] {
    rings[severity.rawValue...].joined().sorted { ($0.time, $0.number) < ($1.time, $1.number) }
  }
}
