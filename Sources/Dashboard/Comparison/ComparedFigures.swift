import Telemetry
import TextOutput

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

  /// Labels of the figures of a kernel and its mirror, with their definitions.
  static let mirrorLabels = [
    DefinedLabel("slab memory", "Bytes of all slabs."),
    DefinedLabel(
      "live objects", "Bytes of live objects with their rounding and alignment, which a kernel does not tell apart."),
    DefinedLabel("free in slabs", "Slab memory minus live objects, in percent of slab memory."),
    DefinedLabel(
      "rounding (new)",
      "Kernel: allocated minus requested bytes of the live objects that the mirror has seen allocated. Mirror: growth of "
        + "rounding and alignment since its start."),
    DefinedLabel("partial slabs", "Slabs with live and free objects, including those of CPUs."),
    DefinedLabel("in partial slabs", ByteLedger.Part.freeInPartialSlabs.explanation),
    DefinedLabel("on CPUs", ByteLedger.Part.freeInMagazines.explanation),
    DefinedLabel("empty slabs", ByteLedger.Part.emptySlabs.explanation),
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

  /// Returns the figures of a kernel and its mirror that are known of both, or of one.
  static func all(_ figures: MirrorFigures) -> [ComparedFigures] {
    let (kernel, mirror) = (figures.kernel, figures.mirror)
    func figure(_ label: String, _ unit: Unit, lessIsBetter: Bool? = true, _ value: (Snapshot) -> Int?) -> Self {
      ComparedFigures(label, unit, value(kernel).map(Double.init), value(mirror).map(Double.init), lessIsBetter)
    }
    func live(_ snapshot: Snapshot) -> Int {
      snapshot.ledger[.livePayload] + snapshot.ledger[.rounding] + snapshot.ledger[.alignmentAndMetadata]
    }
    func freePercent(_ snapshot: Snapshot) -> Double {
      let bytes = snapshot.slabBytes
      return bytes == 0 ? 0 : Double(bytes - min(bytes, live(snapshot))) / Double(bytes) * 100
    }
    func slabs(ofOrders orders: some RangeExpression<Int>) -> (Snapshot) -> Int? {
      { snapshot in
        snapshot.sum { cache in
          cache.slabsByOrder.indices.reduce(0) { $0 + (orders.contains($1) ? cache.slabsByOrder[$1] : 0) }
        }
      }
    }
    return [
      figure(Figure.slabBytes.name, .bytes) { $0.slabBytes },
      figure("live objects", .bytes, lessIsBetter: nil, live),
      ComparedFigures("free in slabs", .percent, freePercent(kernel), freePercent(mirror), true),
      ComparedFigures(
        "rounding (new)", .bytes, Double(figures.allocatedBytes - figures.requestedBytes),
        Double(figures.mirrorRoundingBytes), true),
      figure("partial slabs", .count) { snapshot in
        let known = snapshot.caches.compactMap { cache in cache.partialSlabs.map { $0 + (cache.slabsOnCPUs ?? 0) } }
        return known.isEmpty ? nil : known.reduce(0, +)
      },
      figure("in partial slabs", .bytes) { $0.ledger[known: .freeInPartialSlabs] },
      figure("on CPUs", .bytes) { $0.ledger[known: .freeInMagazines] },
      figure("empty slabs", .bytes) { $0.ledger[known: .emptySlabs] },
      figure("slabs", .count) { snapshot in snapshot.sum { $0.slabs } },
      figure("slabs of order 0", .count, lessIsBetter: nil, slabs(ofOrders: 0...0)),
      figure("slabs of order 1", .count, lessIsBetter: nil, slabs(ofOrders: 1...1)),
      figure("slabs of order 2", .count, lessIsBetter: nil, slabs(ofOrders: 2...2)),
      figure("slabs of order >= 3", .count, slabs(ofOrders: 3...)),
    ]
  }

  private init(_ label: String, _ unit: Unit, _ current: Double?, _ compared: Double?, _ lessIsBetter: Bool?) {
    func text(_ value: Double?) -> String {
      guard let value else { return "-" }
      return switch unit {
      case .bytes: NumberFormat.bytes(Int(value))
      case .count: NumberFormat.count(Int(value))
      case .percent: String(printf: "%.1f%%", value)
      }
    }
    (self.label, self.current, self.compared) = (label, text(current), text(compared))
    guard let current, let compared else {
      (difference, isBetter) = ("", nil)
      return
    }
    switch unit {
    case .percent: difference = current == compared ? "" : String(printf: "%+.1f pts", compared - current)
    default: difference = ComparedFigures.change(from: current, to: compared)
    }
    isBetter = current == compared ? nil : lessIsBetter.map { (compared < current) == $0 }
  }

  /// Returns the change in percent, or as a factor from 10 on; "more" if the first value is 0, empty if both are equal.
  static func change(from current: Double, to compared: Double) -> String {
    if current == compared { return "" }
    guard current > 0 else { return "more" }
    let factor = compared / current
    if factor >= 10 { return "x" + String(printf: factor < 100 ? "%.1f" : "%.0f", factor) }
    let percent = (compared - current) / current * 100
    return String(printf: abs(percent) < 10 ? "%+.1f %%" : "%+.0f %%", percent)
  }
}
