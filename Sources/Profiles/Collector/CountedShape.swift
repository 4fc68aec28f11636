import Recordings

/// Properties that the events of one shape have in common, in the form that `TrafficCounter` reads for each event.
struct CountedShape: BitwiseCopyable {
  /// Number of the context of an allocation; -1 for other events.
  var context: Int32 = -1
  var outcome: AllocationEvent.Outcome
  var flags: TrafficFlags

  /// Shapes of the events that have no context, in the order of ``index(of:)``.
  static let withoutContext = AllocationEvent.Outcome.allCases.flatMap { outcome in
    [false, true].map { CountedShape(outcome: outcome, flags: TrafficFlags(isSkb: false, isGeneral: $0)) }
  }

  /// Returns the index in ``withoutContext`` of the shape of an event without a context.
  @inline(__always)
  static func index(of event: AllocationEvent) -> Int {
    Int(event.outcome.rawValue) &* 2 &+ (event.kind == .kmalloc || event.kind == .kfree ? 1 : 0)
  }
}

/// Properties of an event, and of the objects of a context, by which `TrafficTotals` counts.
struct TrafficFlags: OptionSet, BitwiseCopyable, Sendable {
  let rawValue: UInt8
  /// The call site or the cache belongs to socket buffers.
  static let isSkb = TrafficFlags(rawValue: 1)
  /// The event is a kmalloc or a kfree.
  static let isGeneral = TrafficFlags(rawValue: 2)
}

extension TrafficFlags {
  init(isSkb: Bool, isGeneral: Bool) {
    self = []
    if isSkb { insert(.isSkb) }
    if isGeneral { insert(.isGeneral) }
  }
}
