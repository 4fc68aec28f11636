import Advisor
import TextOutput

/// Figure of the tables of a sweep: a key, a label and a unit.
struct SweepFigure: Sendable {
  /// Unit, which determines the format: a share is a value of 0...1 that is printed in percent.
  enum Unit: Sendable { case bytes, count, share, decimal }

  /// Key in JSON and CSV.
  let key: String
  /// Heading of a column of text; nil if the text has no column for the figure.
  let heading: String?
  let unit: Unit
  /// Returns the value of the figure in a result.
  let value: @Sendable (CellResult) -> Double

  /// Figures that are equal wherever a cell ran.
  static let exact = [
    figure(.peakSlabBytes, "peak slab bytes", .bytes) { Double($0.peakSlabBytes) },
    figure(.meanSlabBytes, "mean slab bytes", .bytes) { Double($0.meanSlabBytes) },
    figure(.meanLiveBytes, nil, .bytes) { Double($0.meanLiveBytes) },
    figure(.liveBytesAtPeak, "live bytes at peak", .bytes) { Double($0.liveBytesAtPeak) },
    figure(.internalFragmentation, nil, .share) { $0.internalFragmentation },
    figure(.slabFragmentation, "slab fragmentation", .share) { $0.slabFragmentation },
    figure(.highOrderPages, nil, .count) { Double($0.highOrderPages) },
    figure(.unusableFreeIndex, nil, .decimal) { $0.unusableFreeIndex },
    figure(.orderFallbacks, "order fallbacks", .count) { Double($0.orderFallbacks) },
    figure(.orderRefusals, nil, .count) { Double($0.orderRefusals) },
    figure(.failedAllocations, "failed allocations", .count) { Double($0.failedAllocations) },
    figure(.refillsPerThousand, nil, .decimal) { $0.refillsPerThousand },
    figure(.evacuatedObjects, "objects moved", .count) { Double($0.evacuatedObjects) },
    figure(.evacuatedBytes, nil, .bytes) { Double($0.evacuatedBytes) },
    figure(.evacuatedPages, nil, .count) { Double($0.evacuatedPages) },
    figure(.emptySlabPages, nil, .count) { Double($0.emptySlabPages) },
    figure(.events, "events", .count) { Double($0.events) },
  ]

  /// Times, which differ between hosts and repetitions.
  static let times = [
    SweepFigure(key: "ns_per_event", heading: "ns per event", unit: .decimal) { $0.times.nanosecondsPerEvent },
    SweepFigure(key: "seconds", heading: "seconds", unit: .decimal) { $0.times.seconds },
  ]

  private static func figure(
    _ key: CellFigures.CodingKeys, _ heading: String?, _ unit: Unit,
    _ value: @escaping @Sendable (CellFigures) -> Double
  ) -> SweepFigure {
    SweepFigure(key: key.rawValue, heading: heading, unit: unit) { value($0.figures) }
  }

  /// Returns the mean with the half-width of its interval: `12.3 MiB ±0.1 MiB`. The half-width is omitted if it is 0 or unknown.
  func text(_ statistics: SeedStatistics) -> String {
    let mean = text(statistics.mean)
    guard let half = statistics.halfWidth, half > 0 else { return mean }
    return "\(mean) ±\(text(half))"
  }

  /// Formats a value of the figure.
  func text(_ value: Double) -> String {
    switch unit {
    case .bytes: ByteCount.text(Int(value.rounded()))
    case .count: value == value.rounded() ? String(Int(value)) : String(printf: "%.1f", value)
    case .share: String(printf: "%.1f%%", value * 100)
    case .decimal: String(printf: "%.2f", value)
    }
  }
}
