import FoundationEssentials
import Glibc

/// Times of a replay and the machine that it ran on, which differ between repetitions.
package struct CellTimes: Sendable, Hashable, Codable {
  /// Seconds that the cell took, with reading its input.
  package var seconds: Double
  /// Nanoseconds per event, including the stamps that the player writes into objects.
  package var nanosecondsPerEvent: Double
  /// Name of the host.
  package var host: String
  /// Time at which the replay began, in seconds since 1970.
  package var beganAt: Double

  enum CodingKeys: String, CodingKey {
    case seconds, host
    case nanosecondsPerEvent = "ns_per_event"
    case beganAt = "began_at"
  }

  /// Creates times on this host.
  package init(seconds: Double, nanosecondsPerEvent: Double, beganAt: Double) {
    (self.seconds, self.nanosecondsPerEvent, self.beganAt) = (seconds, nanosecondsPerEvent, beganAt)
    host = ProcessInfo.processInfo.hostName
  }
}
