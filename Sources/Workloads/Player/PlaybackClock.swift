/// Says up to which time of a source's clock its events are due: pure arithmetic on the time that went by.
///
/// Changing the speed or pausing keeps the position. A gap in which a loaded machine could not keep up is not caught up
/// for longer than `longestGap`.
public struct PlaybackClock: Sendable {
  public private(set) var speed: PlaybackSpeed
  /// Ticks per microsecond. A clock of unknown rate is taken to tick once a microsecond.
  private let ticksPerMicrosecond: Double
  /// Ticks due, from the start of the loop.
  private var position = 0.0
  /// The most real time that one step may bring, in nanoseconds.
  public static let longestGap = 250_000_000

  /// A clock at the start of a source.
  public init(ticksPerSecond: UInt64, speed: PlaybackSpeed = .normal) {
    self.speed = speed
    ticksPerMicrosecond = ticksPerSecond == 0 ? 1 : Double(ticksPerSecond) / 1e6
  }

  public mutating func setSpeed(_ speed: PlaybackSpeed) { self.speed = speed }

  /// Real time went by. At maximum speed nothing is to wait for.
  public mutating func advance(nanoseconds: Int) {
    guard speed != .maximum else { return }
    position += Double(min(nanoseconds, PlaybackClock.longestGap)) / 1000 * ticksPerMicrosecond * speed.factor
  }

  /// Ticks from the loop's start up to which events are due; the greatest number at maximum speed.
  public var dueTicks: UInt64 { speed == .maximum ? .max : UInt64(position) }

  /// Events were played up to here: the position when the speed was the maximum, or when a new loop begins.
  public mutating func moveTo(ticks: UInt64) { position = Double(ticks) }
}
