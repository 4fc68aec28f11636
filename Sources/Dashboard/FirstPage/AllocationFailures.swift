import Telemetry

/// Allocations that failed in the last seconds, with their cause and the remedy, as the header reports them.
struct AllocationFailures {
  /// Cause of failed allocations.
  enum Cause: Hashable {
    /// Failure injection refuses page orders above 0.
    case injection
    /// The memory hog occupies memory.
    case memoryHog
    /// The page allocator has free pages, but no block of the order that the allocations need.
    case fragmentation
    /// The workload needs more memory than the machine has.
    case exhausted
  }

  /// Number of allocations that failed.
  let count: Int
  let cause: Cause
  private let hogBytes: Int

  /// Finds the cause of the failures of the last seconds; nil if no allocation failed.
  init?(_ history: ActivityHistory, _ snapshot: Snapshot) {
    count = history.recentGrowth(\.failedAllocations)
    guard count > 0 else { return nil }
    hogBytes = snapshot.ledger[.pageHog]
    let isOutOfPages = history.recentGrowth(\.singlePageRefusals) > 0
    cause =
      !isOutOfPages && history.recentGrowth(\.injectedFailures) > 0
      ? .injection : hogBytes > 0 ? .memoryHog : isOutOfPages ? .exhausted : .fragmentation
  }

  /// Returns the message: what happened, why, and what the user can do.
  /// - Parameter key: Returns the key of an action; nil if the source does not allow the action.
  func message(key: (KeyMap.Action) -> String?) -> String {
    let failed = "\(NumberFormat.count(count)) allocations failed"
    func remedy(_ action: KeyMap.Action, _ effect: String) -> String { key(action).map { "; \($0) \(effect)" } ?? "" }
    switch cause {
    case .injection: return "\(failed): page orders above 0 are refused" + remedy(.highOrders, "allows them")
    case .memoryHog:
      let hog = NumberFormat.bytes(hogBytes)
      return "Out of memory: \(failed), the memory hog has \(hog)" + remedy(.release, "frees some")
    case .fragmentation:
      return "\(failed): no free block of their page order" + remedy(.policy, "tries another policy")
    case .exhausted:
      return key(.policy).map { "Out of memory: \(failed); use a larger --memory, or \($0) for another policy" }
        ?? "Out of memory: \(failed)"
    }
  }
}
