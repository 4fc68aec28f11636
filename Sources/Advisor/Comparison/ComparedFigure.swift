import Telemetry
import TextOutput

/// Figure of a comparison, with its label and unit.
struct ComparedFigure: Sendable {
  /// Unit, which determines the format: a share is a value of 0...1 that is printed in percent.
  enum Unit: Sendable { case bytes, count, share, decimal }

  /// Label in tables; the CSV header is derived from it.
  let label: String
  let unit: Unit
  /// Whether a smaller value is better; nil if the figure has no better direction.
  let lessIsBetter: Bool?
  /// Whether tables contain the figure even if it is 0 for all runs.
  var isAlwaysShown = false
  /// Returns the value of the figure in a run.
  let value: @Sendable (ComparedRun) -> Double

  /// All figures, in the order of the table.
  static let all: [ComparedFigure] =
    [
      ComparedFigure(label: "peak slab bytes", unit: .bytes, lessIsBetter: true) { Double($0.peakSlabBytes) },
      ComparedFigure(label: "mean slab bytes", unit: .bytes, lessIsBetter: true) { Double($0.meanSlabBytes) },
      ComparedFigure(label: "mean live bytes", unit: .bytes, lessIsBetter: nil) { Double($0.meanLiveBytes) },
      ComparedFigure(label: "internal fragmentation", unit: .share, lessIsBetter: true) { $0.internalFragmentation },
      ComparedFigure(label: "slab fragmentation", unit: .share, lessIsBetter: true) { $0.slabFragmentation },
    ]
    + ByteLedger.Part.allCases.filter { $0 != .otherUse }.map { part in
      ComparedFigure(label: "at peak: \(part.title)", unit: .bytes, lessIsBetter: nil) {
        Double($0.ledgerAtPeak[part])
      }
    }
    + (0...10).map { order in
      ComparedFigure(label: "slabs of order \(order)", unit: .count, lessIsBetter: nil) {
        Double($0.slabsByOrder[order])
      }
    } + [
      ComparedFigure(label: "high-order pages", unit: .count, lessIsBetter: true) { Double($0.highOrderPages) },
      ComparedFigure(label: "unusable free index", unit: .decimal, lessIsBetter: true) { $0.unusableFreeIndex },
      ComparedFigure(label: "order fallbacks", unit: .count, lessIsBetter: true) { Double($0.orderFallbacks) },
      ComparedFigure(label: "order refusals", unit: .count, lessIsBetter: true) { Double($0.orderRefusals) },
      ComparedFigure(label: "failed allocations", unit: .count, lessIsBetter: true) { Double($0.failedAllocations) },
      ComparedFigure(label: "refills per 1,000", unit: .decimal, lessIsBetter: true) { $0.refillsPerThousand },
      ComparedFigure(label: "remote frees", unit: .count, lessIsBetter: nil) { Double($0.remoteFrees ?? 0) },
      ComparedFigure(label: "evacuation: objects moved", unit: .count, lessIsBetter: nil, isAlwaysShown: true) {
        Double($0.evacuatedObjects)
      },
      ComparedFigure(label: "evacuation: bytes moved", unit: .bytes, lessIsBetter: nil, isAlwaysShown: true) {
        Double($0.evacuatedBytes)
      },
      ComparedFigure(label: "evacuation: pages freed", unit: .count, lessIsBetter: nil, isAlwaysShown: true) {
        Double($0.evacuatedPages)
      },
      ComparedFigure(label: "empty slabs: pages freed", unit: .count, lessIsBetter: nil) { Double($0.emptySlabPages) },
      ComparedFigure(label: "ns per event", unit: .decimal, lessIsBetter: true) { $0.nanosecondsPerEvent },
    ]

  /// Formats a value of the figure.
  func text(_ value: Double) -> String {
    switch unit {
    case .bytes: ComparedFigure.bytes(value)
    case .count: String(Int(value))
    case .share: String(printf: "%.1f %%", value * 100)
    case .decimal: String(printf: "%.2f", value)
    }
  }

  /// Formats bytes: 512 B, 12.3 MiB.
  static func bytes(_ value: Double) -> String { ByteCount.text(Int(value)) }
}
