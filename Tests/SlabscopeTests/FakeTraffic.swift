import Kernel
import Profiles

/// Traffic with figures that a test sets.
final class FakeTraffic: KernelTraffic {
  var profile = AllocationProfile.empty
  var status = TrafficStatus(method: .bpf)
  var balances: [String: CacheTraffic] = [:]
  var all: [WatchedObject] = []
  private(set) var objects: [WatchedObject] = []
  /// Arguments of the calls of `update`.
  private(set) var updates: [Bool] = []
  var error: TrafficError?

  func update(readsObjects: Bool) throws(TrafficError) {
    updates.append(readsObjects)
    if let error { throw error }
    objects = readsObjects ? all : []
  }

  /// Sets profile and balances to those of contexts, each with a number of allocated and of live objects.
  func set(_ contexts: [(context: AllocationContext, allocated: Int, live: Int)]) {
    balances = [:]
    let figures = contexts.map { context, allocated, live in
      var figures = AllocationFigures()
      (figures.allocObjects, figures.liveObjects, figures.freeObjects) = (allocated, live, allocated - live)
      (figures.requestedBytes, figures.allocBytes) =
        (allocated * context.requestedBytes, allocated * context.allocatedBytes)
      (figures.liveRequestedBytes, figures.liveBytes) = (live * context.requestedBytes, live * context.allocatedBytes)
      var balance = balances[context.cache] ?? CacheTraffic()
      balance.allocObjects += allocated
      balance.liveObjects += live
      balance.liveRequestedBytes += figures.liveRequestedBytes
      balance.freeObjects += figures.freeObjects
      balance.requestedBytes += figures.requestedBytes
      balance.allocBytes += figures.allocBytes
      balances[context.cache] = balance
      return (context, figures)
    }
    profile = AllocationProfile(
      source: ProfileSource(name: "kernel", events: 100, microseconds: 1_000_000), figures: figures)
  }
}

/// Returns the context of a call site.
func context(_ site: String, _ cache: String, requested: Int, allocated: Int) -> AllocationContext {
  AllocationContext(
    site: site, cache: cache, isGeneral: cache.hasPrefix("kmalloc"), requestedBytes: requested,
    allocatedBytes: allocated)
}
