/// Queue of RCU callbacks that free objects after a grace period (kernel/rcu/tree.c). Callbacks run in batches at the
/// end of each grace period. The durations are those in recordings of kernels with 100 and 250 ticks per second.
struct GracePeriods: Sendable {
  /// Pending free of an object.
  struct Callback: BitwiseCopyable, Sendable {
    var slot: UInt32
    var cache: NetworkCache
    var cpu: UInt8
    var requestTime: UInt64
  }

  /// Interval between the ends of two grace periods in microseconds.
  private static let period: UInt64 = 13_000
  /// Minimum delay of a callback in microseconds.
  private static let minimumDelay: UInt64 = 6_500

  private var callbacks = FIFO<Callback>()
  /// Time of the end of the current grace period; `UInt64.max` if there are no callbacks.
  private(set) var nextEnd = UInt64.max

  /// Requests the free of an object after a grace period (call_rcu).
  mutating func add(_ slot: UInt32, _ cache: NetworkCache, cpu: Int, at time: UInt64) {
    if callbacks.isEmpty { nextEnd = (time / GracePeriods.period + 1) * GracePeriods.period }
    callbacks.push(Callback(slot: slot, cache: cache, cpu: UInt8(truncatingIfNeeded: cpu), requestTime: time))
  }

  /// Removes and returns the next callback of the grace period that has ended. If there is none left, starts the next
  /// grace period and returns nil.
  mutating func next() -> Callback? {
    guard let callback = callbacks.front, callback.requestTime + GracePeriods.minimumDelay <= nextEnd else {
      nextEnd = callbacks.isEmpty ? .max : nextEnd + GracePeriods.period
      return nil
    }
    return callbacks.pop()
  }
}
