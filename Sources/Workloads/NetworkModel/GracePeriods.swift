/// Objects whose free waits until no reader can see them any more (RCU; kernel/rcu/tree.c): callbacks run in batches, at
/// the end of grace periods, as recordings of a kernel with 100 or 250 ticks a second show them.
struct GracePeriods: Sendable {
  struct Callback: BitwiseCopyable, Sendable {
    var slot: UInt32
    var cache: NetworkCache
    var cpu: UInt8
    var asked: UInt64
  }

  /// Microseconds from the end of one grace period to the next, and those that a callback waits at least.
  private static let period: UInt64 = 13_000
  private static let shortest: UInt64 = 6_500

  private var callbacks = FIFO<Callback>()
  /// When callbacks run next; far away while there are none.
  private(set) var nextEnd = UInt64.max

  /// Asks for an object's free.
  mutating func add(_ slot: UInt32, _ cache: NetworkCache, cpu: Int, at time: UInt64) {
    if callbacks.isEmpty { nextEnd = (time / GracePeriods.period + 1) * GracePeriods.period }
    callbacks.push(Callback(slot: slot, cache: cache, cpu: UInt8(truncatingIfNeeded: cpu), asked: time))
  }

  /// The next callback of the grace period that ended; nil when there is none left, and the next period has begun.
  mutating func next() -> Callback? {
    guard let callback = callbacks.front, callback.asked + GracePeriods.shortest <= nextEnd else {
      nextEnd = callbacks.isEmpty ? .max : nextEnd + GracePeriods.period
      return nil
    }
    return callbacks.pop()
  }
}
