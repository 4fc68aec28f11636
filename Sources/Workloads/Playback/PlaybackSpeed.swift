/// Speed at which a source is played: a multiple of the recorded speed, or as fast as possible.
package enum PlaybackSpeed: Sendable, Hashable, CustomStringConvertible {
  /// 2^exponent times the recorded speed; the exponent is -3 (x1/8) to 6 (x64).
  case asRecorded(exponent: Int)
  case maximum

  /// Every speed, slowest first.
  package static let all = (-3...6).map { PlaybackSpeed.asRecorded(exponent: $0) } + [.maximum]
  package static let normal = PlaybackSpeed.asRecorded(exponent: 0)

  /// Returns the speed that is `steps` faster, or slower if negative; the fastest and the slowest speed are limits.
  package func stepped(by steps: Int) -> PlaybackSpeed {
    let index = PlaybackSpeed.all.firstIndex(of: self) ?? 3
    return PlaybackSpeed.all[min(max(index + steps, 0), PlaybackSpeed.all.count - 1)]
  }

  /// Text for the screen: `x1/8`, `x1`, `x64`, `max`.
  package var description: String {
    switch self {
    case .maximum: "max"
    case .asRecorded(let exponent): exponent < 0 ? "x1/\(1 << -exponent)" : "x\(1 << exponent)"
    }
  }

  /// Recorded seconds that are played per second; infinite at maximum speed.
  package var factor: Double {
    switch self {
    case .maximum: .infinity
    case .asRecorded(let exponent): exponent < 0 ? 1 / Double(1 << -exponent) : Double(1 << exponent)
    }
  }
}
