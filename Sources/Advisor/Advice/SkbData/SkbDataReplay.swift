import Recordings
import SlabEngine
import Workloads

/// A workload replayed with the classes for skb data beside those of the base policy, and without them.
///
/// The replays begin on an empty machine, because the needed sizes of objects from before a recording are unknown.
package struct SkbDataReplay: Sendable {
  /// A replay with one page order for the class that most of the live bytes are in.
  package struct Variant: Sendable {
    /// Object size of that class in bytes: the advised size, or the kernel's size if no class is added.
    package let size: Int
    /// Page order of that class.
    package let order: Int
    /// Whether the policy of the replay has the advised classes.
    package let hasAdvisedClasses: Bool
    /// The replay.
    package let replay: ShadowReplay
  }

  /// Replay under the base policy.
  package let before: ShadowReplay
  /// Replay with the classes at the page orders that the model chose.
  package let after: ShadowReplay
  /// Both replays while the page allocator refuses every request of order 3 and above, so that slabs of these orders fall back.
  package let pressed: (before: ShadowReplay, after: ShadowReplay)
  /// Replays that tell the effect of the size from that of the page order: without the advised classes and with them, at order 0,
  /// the lowest useful order and the highest permitted order.
  package let variants: [Variant]

  /// Lowest order that is refused under pressure.
  static let refusedOrder = 3

  init(_ data: SkbDataAdvice, _ runner: ReplayRunner, _ options: AdviceOptions) throws {
    let policy = Advice.policy(adding: data.classes, to: options.base)
    let refusal = PageFailureInjection(minimumOrder: SkbDataReplay.refusedOrder)
    let pairs = [
      ReplayRequest(policy: options.base, isCold: true), ReplayRequest(policy: policy, isCold: true),
      ReplayRequest(policy: options.base, injection: refusal, isCold: true),
      ReplayRequest(policy: policy, injection: refusal, isCold: true),
    ]
    let variants = SkbDataReplay.variants(data, policy, options)
    let replays = try runner.run(pairs + variants.map { ReplayRequest(policy: $0.policy, isCold: true) })
    (before, after) = (replays[0], replays[1])
    pressed = (replays[2], replays[3])
    self.variants = zip(variants, replays.dropFirst(pairs.count)).map { variant, replay in
      Variant(
        size: variant.size, order: variant.order, hasAdvisedClasses: variant.hasAdvisedClasses, replay: replay)
    }
  }

  /// Returns the policies of the variants: empty if the advised class is not smaller than the kernel's.
  private static func variants(
    _ data: SkbDataAdvice, _ advised: Policy, _ options: AdviceOptions
  ) -> [(size: Int, order: Int, hasAdvisedClasses: Bool, policy: Policy)] {
    guard let main = data.main, main.advised < main.kernel else { return [] }
    let useful = data.lowestUsefulOrder.map { [$0] } ?? []
    let orders = Set([options.orders.lowerBound, options.orders.upperBound] + useful).sorted()
    return orders.flatMap { order in
      [false, true].compactMap { hasAdvisedClasses in
        let size = hasAdvisedClasses ? main.advised : main.kernel
        guard 4096 << order >= size else { return nil }
        var variant = hasAdvisedClasses ? advised : options.base
        variant.name = "\(size) at order \(order)"
        variant.orders.prefer(order: order, forGeneralCacheOf: size)
        return (size, order, hasAdvisedClasses, variant)
      }
    }
  }

  /// Ratio of the mean slab memory of all requests by size, with the advised classes to without them.
  package var ratio: Double { SkbDataReplay.ratio(after, to: before) }

  /// The ratio of `pressed`: with the advised classes to without them, while high orders are refused.
  package var pressedRatio: Double { SkbDataReplay.ratio(pressed.after, to: pressed.before) }

  /// Returns the mean slab memory of all requests by size relative to another replay.
  static func ratio(_ replay: ShadowReplay, to base: ShadowReplay) -> Double {
    Double(replay.meanGeneralBytes) / Double(max(1, base.meanGeneralBytes))
  }

  /// Returns the largest slab memory of all requests by size, at the samples, relative to another replay.
  static func peakRatio(_ replay: ShadowReplay, to base: ShadowReplay) -> Double {
    Double(replay.generalBytes.max() ?? 0) / Double(max(1, base.generalBytes.max() ?? 0))
  }

  /// Returns the mean slab memory of all caches relative to another replay.
  static func totalRatio(_ replay: ShadowReplay, to base: ShadowReplay) -> Double {
    Double(replay.meanBytes) / Double(max(1, base.meanBytes))
  }
}
