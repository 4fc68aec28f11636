import SlabEngine
import Workloads

/// What a person may do to a machine while a workload runs on it: each effect shows in the next snapshot. All but shuffling
/// works on the engine itself, which any thread may do; the player's thread shuffles.
final class MachineControls {
  private let engine: SlabEngine
  private let setShuffling: (Bool) -> Void
  /// Percent of memory that the page hog holds.
  private(set) var hoggedPercent = 0
  /// Whether page requests above order 0 are refused.
  private(set) var refusesHighOrders = false
  private(set) var isShuffling: Bool

  init(_ engine: SlabEngine, isShuffling: Bool, setShuffling: @escaping (Bool) -> Void) {
    self.engine = engine
    self.isShuffling = isShuffling
    self.setShuffling = setShuffling
  }

  /// What is not as it was, in a word or two each, for the screen's title.
  var summary: [String] {
    [
      hoggedPercent > 0 ? "hog \(hoggedPercent) %" : nil, refusesHighOrders ? "order 0 only" : nil,
      isShuffling ? "shuffling" : nil,
    ].compactMap { $0 }
  }

  /// Takes a tenth of memory more away, or gives it back, in single pages; returns the outcome in words.
  func squeeze(by tenths: Int) -> String {
    let wanted = min(90, max(0, hoggedPercent + tenths * 10))
    let pages = engine.configuration.memoryBytes >> 12
    let change = pages * wanted / 100 - pages * hoggedPercent / 100
    if change > 0 {
      let taken = engine.hogPages(change, fragmenting: true)
      // Every other page at most; then from in between as well.
      engine.hogPages(change - taken)
    } else {
      engine.releaseHogPages(-change)
    }
    hoggedPercent = wanted
    return wanted == 0
      ? "the page hog holds nothing" : "the page hog holds \(wanted) % of memory, page by page (M gives back)"
  }

  /// Refuses page requests above order 0, or no more.
  func toggleHighOrders() -> String {
    refusesHighOrders.toggle()
    engine.injectPageFailures(refusesHighOrders ? PageFailureInjection(minimumOrder: 1) : nil)
    return refusesHighOrders
      ? "page requests above order 0 are refused (o ends that)" : "page requests of every order are served again"
  }

  func toggleShuffling() -> String {
    isShuffling.toggle()
    setShuffling(isShuffling)
    return isShuffling ? "slabs are shuffled (S ends that)" : "slabs are shuffled no more"
  }

  /// Adds the mail's sizes, 1.5 x 2^n, between the powers of two, while the workload allocates; or retires them.
  func toggleSizes() -> String {
    let sizes = Policy.oneAndAHalf.generalCacheSizes.filter { $0.nonzeroBitCount > 1 }
    let there = Set(engine.generalCacheSizes).intersection(sizes)
    if there.count == sizes.count {
      let retired = there.count { (try? engine.retireGeneralCache(size: $0)) != nil }
      return "\(retired) sizes of 1.5 x 2^n retired: new requests go to the powers of two, old objects drain"
    }
    let added = sizes.count { (try? engine.addGeneralCache(size: $0)) != nil }
    return "\(added) general caches of 1.5 x 2^n bytes added (A retires them)"
  }
}
