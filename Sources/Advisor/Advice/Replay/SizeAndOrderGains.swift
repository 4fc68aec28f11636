import SlabEngine
import TextOutput
import Workloads

/// Slab memory that the advised sizes and the advised page orders save, each replayed alone and both together.
package struct SizeAndOrderGains: Sendable {
  /// Difference of a replay to the base policy's; negative is less slab memory.
  package struct Change: Sendable, Hashable {
    /// Mean slab memory in bytes.
    package let meanBytes: Int
    /// Change of the mean slab memory in bytes.
    package let meanChange: Int
    /// Slab memory at the peak in bytes.
    package let peakBytes: Int
    /// Change of the slab memory at the peak in bytes.
    package let peakChange: Int

    /// Change of the mean slab memory as a share of the base policy's.
    package var meanShare: Double { Double(meanChange) / Double(max(1, meanBytes - meanChange)) }
    /// Change of the slab memory at the peak as a share of the base policy's.
    package var peakShare: Double { Double(peakChange) / Double(max(1, peakBytes - peakChange)) }

    fileprivate init(_ replay: ShadowReplay, _ before: ShadowReplay) {
      (meanBytes, meanChange) = (replay.meanBytes, replay.meanBytes - before.meanBytes)
      (peakBytes, peakChange) = (replay.peakBytes, replay.peakBytes - before.peakBytes)
    }

    /// The change of the mean in words: `4.26 % less (1234 bytes)`.
    var text: String {
      guard meanChange != 0 else { return "no difference" }
      return String(printf: "%.2f %% ", abs(meanShare) * 100) + (meanChange < 0 ? "less" : "more")
        + " (\(abs(meanChange)) bytes)"
    }
  }

  /// Name of the base policy.
  package let base: String
  /// The advised sizes with page orders as the base policy computes them.
  package let sizes: Change
  /// The base policy's sizes with page orders by the advisor's model.
  package let orders: Change
  /// The advised sizes and page orders.
  package let both: Change

  /// Returns the base policy with the advised sizes only, and with the advised page orders only.
  /// - Parameters:
  ///   - advised: the policy with both changes.
  ///   - orders: the page orders of the base policy's sizes, by size.
  static func policies(_ advised: Policy, _ base: Policy, _ orders: [Int: Int]) -> [Policy] {
    var (sizesOnly, ordersOnly) = (advised, base)
    sizesOnly.name = "advised sizes"
    sizesOnly.orders = base.orders
    ordersOnly.name = "advised page orders"
    for (size, order) in orders { ordersOnly.orders.prefer(order: order, forGeneralCacheOf: size) }
    return [sizesOnly, ordersOnly]
  }

  /// Compares replays of the same events.
  /// - Parameters:
  ///   - base: name of the base policy.
  ///   - sizes: the replay with the advised sizes only.
  ///   - orders: the replay with the advised page orders only.
  ///   - both: the replay under the advised policy.
  ///   - before: the replay under the base policy.
  init(base: String, sizes: ShadowReplay, orders: ShadowReplay, both: ShadowReplay, before: ShadowReplay) {
    self.base = base
    self.sizes = Change(sizes, before)
    self.orders = Change(orders, before)
    self.both = Change(both, before)
  }

  /// The three changes in one sentence.
  package var sentence: String {
    "mean slab memory against \(base): the sizes alone \(sizes.text), the page orders alone \(orders.text), both \(both.text)"
  }

  /// The replays with a label each, for tables.
  var rows: [(label: String, change: Change)] {
    [
      ("advised sizes, \(base)'s page orders", sizes), ("\(base)'s sizes, advised page orders", orders),
      ("advised sizes and page orders", both),
    ]
  }
}
