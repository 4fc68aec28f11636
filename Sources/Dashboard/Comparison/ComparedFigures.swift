import Foundation
import Telemetry

/// A figure of two machines that played the same events, as text.
struct ComparedFigures {
  let label: String
  let here: String
  let there: String
  /// The other machine's, against this one's.
  let difference: String
  /// Whether the other one's is the better; nil where they are equal, or neither is.
  let isBetter: Bool?

  private enum Unit { case bytes, count, percent }

  /// What is compared, of two snapshots.
  static func all(_ here: Snapshot, _ there: Snapshot) -> [ComparedFigures] {
    func figure(_ label: String, _ unit: Unit, lessIsBetter: Bool? = true, _ value: (Snapshot) -> Double) -> Self {
      ComparedFigures(label, unit, value(here), value(there), lessIsBetter)
    }
    return [
      figure("held", .bytes) { Double($0.slabAndLargeBytes) },
      figure("payload", .bytes, lessIsBetter: nil) { Double($0.ledger[.livePayload]) },
      figure("held in vain", .percent) { snapshot in
        let held = snapshot.slabAndLargeBytes
        return held == 0 ? 0 : Double(held - min(held, snapshot.ledger[.livePayload])) / Double(held) * 100
      },
      figure("rounding, alignment", .bytes) { Double($0.ledger[.rounding] + $0.ledger[.alignmentAndMetadata]) },
      figure("slab tails", .bytes) { Double($0.ledger[.slabTail]) },
      figure("in magazines", .bytes) { Double($0.ledger[.freeInMagazines]) },
      figure("in partial slabs", .bytes) { Double($0.ledger[.freeInPartialSlabs]) },
      figure("slabs", .count) { Double($0.caches.reduce(0) { $0 + $1.slabs }) },
      figure("of order 1 and up", .count) { snapshot in
        Double(snapshot.caches.reduce(0) { $0 + $1.slabsByOrder.dropFirst().reduce(0, +) })
      },
      figure("order fallbacks", .count) { Double($0.caches.reduce(0) { $0 + $1.orderFallbacks }) },
      figure("failed allocations", .count) { Double($0.failedAllocations ?? 0) },
      figure("refills", .count) { Double($0.caches.reduce(0) { $0 + ($1.refills ?? 0) }) },
    ]
  }

  private init(_ label: String, _ unit: Unit, _ here: Double, _ there: Double, _ lessIsBetter: Bool?) {
    func text(_ value: Double) -> String {
      switch unit {
      case .bytes: Figures.bytes(Int(value))
      case .count: Figures.count(Int(value))
      case .percent: String(format: "%.1f%%", value)
      }
    }
    (self.label, self.here, self.there) = (label, text(here), text(there))
    switch unit {
    case .percent: difference = here == there ? "" : String(format: "%+.1f pts", there - here)
    default: difference = ComparedFigures.change(from: here, to: there)
    }
    isBetter = here == there ? nil : lessIsBetter.map { (there < here) == $0 }
  }

  /// How much more or less, in percent, or how many times as much; in words where there was nothing.
  static func change(from here: Double, to there: Double) -> String {
    if here == there { return "" }
    guard here > 0 else { return "more" }
    if there / here >= 10 { return "x" + String(format: there / here < 100 ? "%.1f" : "%.0f", there / here) }
    let percent = (there - here) / here * 100
    return String(format: abs(percent) < 10 ? "%+.1f%%" : "%+.0f%%", percent)
  }
}
