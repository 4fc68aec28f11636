import Kernel

/// The quality of the figures of a watch, for results and messages.
extension TrafficStatus {
  /// Facts that limit the figures, each in one sentence; empty if all traffic was counted and all objects were followed.
  var notes: [String] {
    var notes: [String] = []
    if let methodReason {
      notes.append("the events were read from tracefs, which costs more than counting by BPF: \(methodReason)")
    }
    if sampling > 1 {
      notes.append("1 in \(sampling) objects was followed: live objects, frees and lifetimes are estimates")
    }
    if !hasSymbols {
      notes.append(
        "call sites are addresses, because the kernel hides its symbols; run it with sudo or with the capability SYSLOG"
      )
    }
    if missedEvents > 0 {
      notes.append("\(missedEvents) of \(missedEvents + events) events were missed")
    }
    if objectsNotFollowed > 0 {
      notes.append("\(objectsNotFollowed) objects were not followed, because too many objects are live")
    }
    if allocationsWithoutContext > 0 {
      notes.append("\(allocationsWithoutContext) allocations have no call site, because there are too many call sites")
    }
    return notes
  }
}

/// A status as JSON. Figures that are not known are absent.
struct TrafficStatusDocument: Encodable {
  let status: TrafficStatus

  private enum Key: String, CodingKey {
    case method, sampling, seconds, events
    case methodReason = "method_reason"
    case failedAllocations = "failed_allocations"
    case missedEvents = "missed_events"
    case objectsNotFollowed = "objects_not_followed"
    case allocationsWithoutContext = "allocations_without_context"
    case unmatchedFrees = "unmatched_frees"
    case overheadPercent = "overhead_percent"
    case kernelBytes = "kernel_bytes"
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(status.method.rawValue, forKey: .method)
    try object.encodeIfPresent(status.methodReason, forKey: .methodReason)
    try object.encode(status.sampling, forKey: .sampling)
    try object.encode((status.seconds * 1000).rounded() / 1000, forKey: .seconds)
    try object.encode(status.events, forKey: .events)
    try object.encode(status.failedAllocations, forKey: .failedAllocations)
    try object.encode(status.missedEvents, forKey: .missedEvents)
    try object.encode(status.objectsNotFollowed, forKey: .objectsNotFollowed)
    try object.encode(status.allocationsWithoutContext, forKey: .allocationsWithoutContext)
    try object.encode(status.unmatchedFrees, forKey: .unmatchedFrees)
    try object.encodeIfPresent(status.overheadPercent.map { ($0 * 1000).rounded() / 1000 }, forKey: .overheadPercent)
    try object.encodeIfPresent(status.kernelBytes, forKey: .kernelBytes)
  }
}
