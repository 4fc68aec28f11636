import TextOutput

/// Limits beyond which a mirror stops, because it would not show the kernel of now or not all of its events.
struct MirrorLimits {
  /// Maximum number of events that are read and not played: about 400 MB of memory.
  var eventsBehind = 8_000_000
  /// Maximum delay in microseconds.
  var microsecondsBehind = 5_000_000
  /// Maximum share (0...1) of the events that may be lost. A lost free is corrected by the kernel's counts.
  var lostShare = 0.001

  /// Returns the reason why a mirror stops, in one sentence; nil if it goes on.
  func reasonToStop(_ progress: MirrorProgress) -> String? {
    let remedy = "the mirror has stopped; C starts it again"
    if progress.eventsBehind > eventsBehind {
      return "The kernel is faster than the mirror: \(progress.eventsBehind) events were waiting; \(remedy)."
    }
    if progress.microsecondsBehind > microsecondsBehind {
      let seconds = String(printf: "%.1f", Double(progress.microsecondsBehind) / 1e6)
      return "The kernel is faster than the mirror: it was \(seconds) s behind; \(remedy)."
    }
    if Double(progress.lostEvents) > lostShare * Double(max(progress.events, MirrorLimits.fewestEvents)) {
      return
        "The kernel is faster than the mirror: the tracer lost \(progress.lostEvents) of \(progress.events) events; \(remedy)."
    }
    return nil
  }

  /// Number of events from which the share of lost ones is judged.
  private static let fewestEvents = 100_000
}

/// Position of a mirror behind the kernel.
struct MirrorProgress: Sendable, Hashable {
  /// Events that were read.
  var events = 0
  /// Events that were read and not played yet.
  var eventsBehind = 0
  /// Microseconds from the last event that was played, or from the last time up to which there was none, to now.
  var microsecondsBehind = 0
  /// Events that the tracer lost.
  var lostEvents = 0
}
