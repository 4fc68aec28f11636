import Foundation
import Telemetry

/// Figure of two machines that replayed the same events, as text.
struct ComparedFigures {
  let label: String
  /// Value under the current policy.
  let current: String
  /// Value under the compared policy.
  let compared: String
  /// Change from the current to the compared policy; empty if there is none.
  let difference: String
  /// Whether the compared policy is better; nil if the values are equal or neither direction is better.
  let isBetter: Bool?

  private enum Unit { case bytes, count, percent }

  /// Labels whose meaning is not that of a ledger part or of a column, with their definitions.
  static let labels = [
    DefinedLabel("slab memory", "Bytes of all slabs and of the page blocks of large objects."),
    DefinedLabel("payload", ByteLedger.Part.livePayload.explanation),
    DefinedLabel("retained but unused", "Slab memory minus payload, in percent of slab memory."),
    DefinedLabel("in magazines", ByteLedger.Part.freeInMagazines.explanation),
    DefinedLabel("order fallbacks", Figure.orderFallbacks.definition),
    DefinedLabel("failed allocations", Figure.allFailedAllocations.definition),
  ]

  /// Returns the compared figures of two snapshots.
  static func all(_ current: Snapshot, _ compared: Snapshot) -> [ComparedFigures] {
    func figure(_ label: String, _ unit: Unit, lessIsBetter: Bool? = true, _ value: (Snapshot) -> Double) -> Self {
      ComparedFigures(label, unit, value(current), value(compared), lessIsBetter)
    }
    return [
      figure(Figure.slabBytes.name, .bytes) { Double($0.slabAndLargeBytes) },
      figure("payload", .bytes, lessIsBetter: nil) { Double($0.ledger[.livePayload]) },
      figure("retained but unused", .percent) { snapshot in
        let bytes = snapshot.slabAndLargeBytes
        return bytes == 0 ? 0 : Double(bytes - min(bytes, snapshot.ledger[.livePayload])) / Double(bytes) * 100
      },
      figure("rounding, alignment", .bytes) { Double($0.ledger[.rounding] + $0.ledger[.alignmentAndMetadata]) },
      figure("slab tails", .bytes) { Double($0.ledger[.slabTail]) },
      figure("in magazines", .bytes) { Double($0.ledger[.freeInMagazines]) },
      figure("in partial slabs", .bytes) { Double($0.ledger[.freeInPartialSlabs]) },
      figure("slabs", .count) { Double($0.caches.reduce(0) { $0 + $1.slabs }) },
      figure("slabs of order >= 1", .count) { snapshot in
        Double(snapshot.caches.reduce(0) { $0 + $1.slabsByOrder.dropFirst().reduce(0, +) })
      },
      figure("order fallbacks", .count) { Double($0.caches.reduce(0) { $0 + $1.orderFallbacks }) },
      figure("failed allocations", .count) { Double($0.failedAllocations ?? 0) },
      figure("refills", .count) { Double($0.caches.reduce(0) { $0 + ($1.refills ?? 0) }) },
    ]
  }

  private init(_ label: String, _ unit: Unit, _ current: Double, _ compared: Double, _ lessIsBetter: Bool?) {
    func text(_ value: Double) -> String {
      switch unit {
      case .bytes: NumberFormat.bytes(Int(value))
      case .count: NumberFormat.count(Int(value))
      case .percent: String(format: "%.1f%%", value)
      }
    }
    (self.label, self.current, self.compared) = (label, text(current), text(compared))
    switch unit {
    case .percent: difference = current == compared ? "" : String(format: "%+.1f pts", compared - current)
    default: difference = ComparedFigures.change(from: current, to: compared)
    }
    isBetter = current == compared ? nil : lessIsBetter.map { (compared < current) == $0 }
  }

  /// Returns the change in percent, or as a factor from 10 on; "more" if the first value is 0, empty if both are equal.
  static func change(from current: Double, to compared: Double) -> String {
    if current == compared { return "" }
    guard current > 0 else { return "more" }
    let factor = compared / current
    if factor >= 10 { return "x" + String(format: factor < 100 ? "%.1f" : "%.0f", factor) }
    let percent = (compared - current) / current * 100
    return String(format: abs(percent) < 10 ? "%+.1f %%" : "%+.0f %%", percent)
  }
}
