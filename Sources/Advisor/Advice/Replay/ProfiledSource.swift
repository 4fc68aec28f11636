import Profiles
import Recordings

/// Source of events with everything that passes over all its events find. The passes run on several threads.
struct ProfiledSource: Sendable {
  /// The source.
  let source: any AllocationEventSource
  /// Number of events that the advice is on.
  let events: Int
  /// Profile of the events.
  let profile: AllocationProfile
  /// Profiles of the first and of the second half of the events.
  let halves: (first: AllocationProfile, second: AllocationProfile)?
  /// The kernel's slabs before the first event; nil for an empty machine.
  let start: ReplayStart?
  private let unseen: UnseenFrees
  private let uses: UsedBytesByAllocation

  /// Reads a source's first events.
  /// - Parameters:
  ///   - needsHalves: Whether the halves are profiled, too.
  ///   - isCold: Whether replays begin on an empty machine.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events).
  init(_ source: any AllocationEventSource, events last: Int, needsHalves: Bool, isCold: Bool) throws {
    self.source = source
    let (one, other) = try Concurrently.both {
      (
        profile: try AllocationProfile(of: source, upTo: last), start: try isCold ? nil : ReplayStart(source)
      )
    } _: {
      (
        halves: try needsHalves ? AllocationProfile.halves(of: source, upTo: last) : nil,
        unseen: try source.unseenFrees(), uses: try source.usedBytesByAllocation()
      )
    }
    (profile, start, events) = (one.profile, one.start, one.profile.events)
    (halves, unseen, uses) = (other.halves, other.unseen, other.uses)
  }

  /// Returns a part of the events that can be replayed alone.
  func window(_ events: Range<Int>) throws -> RecordingWindow {
    try RecordingWindow(of: source, events: events, unseen: unseen, uses: uses)
  }
}
