/// Origin of a profile: a recording, a workload or a host, and the interval that it covers.
package struct ProfileSource: Sendable, Hashable, Comparable, Codable {
  /// Name of the recording, workload or host.
  package var name: String
  /// Time at which the interval began, in seconds since 1970; nil if not known.
  package var beganAt: Double?
  /// Number of events that were read.
  package var events: Int
  /// Microseconds from the first event to the last.
  package var microseconds: Int
  /// Number of events that the tracer lost; nil if not known.
  package var lostEvents: Int?

  /// Creates the origin of a profile.
  package init(name: String, beganAt: Double? = nil, events: Int, microseconds: Int, lostEvents: Int? = nil) {
    (self.name, self.beganAt) = (name, beganAt)
    (self.events, self.microseconds, self.lostEvents) = (events, microseconds, lostEvents)
  }

  private enum CodingKeys: String, CodingKey {
    case name, events, microseconds
    case beganAt = "began_at"
    case lostEvents = "lost_events"
  }

  /// Orders sources by name, time, events and duration, so that the order of merging does not matter.
  package static func < (one: Self, other: Self) -> Bool {
    (one.name, one.beganAt ?? 0, one.events, one.microseconds, one.lostEvents ?? -1)
      < (other.name, other.beganAt ?? 0, other.events, other.microseconds, other.lostEvents ?? -1)
  }
}
