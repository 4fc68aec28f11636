import TextOutput

/// Interval between two samples of an input, which a user can change in steps.
struct SamplingInterval {
  /// Seconds between two samples.
  private(set) var seconds: Double

  /// The intervals that a user can choose between, in seconds.
  private static let choices = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60]

  init(seconds: Double) { self.seconds = seconds }

  /// Changes the interval to the next one that is shorter (positive steps) or longer (negative steps).
  mutating func change(by steps: Int) {
    let next =
      steps > 0 ? SamplingInterval.choices.last { $0 < seconds } : SamplingInterval.choices.first { $0 > seconds }
    seconds = next ?? seconds
  }

  /// The interval with its unit.
  var text: String { seconds < 1 ? "\(Int(seconds * 1000)) ms" : String(printf: "%g s", seconds) }
}
