/// Computes the time on a source's clock up to which events are due, from the real time that has passed.
///
/// A change of speed or a pause keeps the position. If a slow machine falls behind, at most `longestGap` is caught up.
package struct PlaybackClock: Sendable {
  package private(set) var speed: PlaybackSpeed
  /// Ticks of the source's clock per microsecond; 1 if the rate of the clock is not known.
  private let ticksPerMicrosecond: Double
  /// Ticks from the start of the source up to which events are due.
  private var position = 0.0
  /// Greatest real time by which one call of `advance` moves the clock, in nanoseconds.
  package static let longestGap = 250_000_000

  /// Creates a clock at the start of a source.
  package init(ticksPerSecond: UInt64, speed: PlaybackSpeed = .normal) {
    self.speed = speed
    ticksPerMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
  }

  package mutating func setSpeed(_ speed: PlaybackSpeed) { self.speed = speed }

  /// Moves the clock by real time. At maximum speed every event is due, so that time does not matter.
  package mutating func advance(nanoseconds: Int) {
    guard speed != .maximum else { return }
    position += Double(min(nanoseconds, PlaybackClock.longestGap)) / 1000 * ticksPerMicrosecond * speed.factor
  }

  /// Ticks from the start of the source up to which events are due; `UInt64.max` at maximum speed.
  package var dueTicks: UInt64 { speed == .maximum ? .max : UInt64(position) }

  /// Moves the clock to the position up to which events were played.
  package mutating func moveTo(ticks: UInt64) { position = Double(ticks) }
}
