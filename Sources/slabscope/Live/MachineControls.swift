import Foundation
import SlabEngine
import Synchronization
import Workloads

/// What the user may do to a machine while a workload runs on it: each effect shows in the next snapshot. All but shuffling
/// works on the engine itself, which any thread may do; the player's thread shuffles. A model of Linux has memory that can
/// be made tight; its size classes and caches are those of the kernel.
final class MachineControls {
  /// nil if the policy is replayed on the model of SLUB.
  private let engine: SlabEngine?
  private let setPressure: (MachinePressure) -> Void
  private let setShuffling: (Bool) -> Void
  private var pressure = MachinePressure()
  private(set) var isShuffling: Bool

  /// - Parameters:
  ///   - isShuffling: whether slabs are shuffled at first.
  ///   - setPressure: puts this machine, and the one that it is compared with, under pressure.
  ///   - setShuffling: has slabs shuffled, or no more.
  init(
    _ engine: SlabEngine?, isShuffling: Bool, setPressure: @escaping (MachinePressure) -> Void,
    setShuffling: @escaping (Bool) -> Void
  ) {
    self.engine = engine
    self.isShuffling = isShuffling
    (self.setPressure, self.setShuffling) = (setPressure, setShuffling)
  }

  /// What is not as it was, in a word or two each, for the screen's title.
  var summary: [String] {
    [
      pressure.hoggedPercent > 0 ? "hog \(pressure.hoggedPercent) %" : nil,
      pressure.refusesHighOrders ? "order 0 only" : nil,
      isShuffling ? "shuffling" : nil,
    ].compactMap { $0 }
  }

  /// Takes a tenth of memory more away, or gives it back, in single pages; returns the outcome in words.
  func squeeze(by tenths: Int) -> String {
    let wanted = min(90, max(0, pressure.hoggedPercent + tenths * 10))
    pressure.hoggedPercent = wanted
    setPressure(pressure)
    return wanted == 0
      ? "the page hog holds nothing" : "the page hog holds \(wanted) % of memory, page by page (M gives back)"
  }

  /// Refuses page requests above order 0, or no more.
  func toggleHighOrders() -> String {
    pressure.refusesHighOrders.toggle()
    setPressure(pressure)
    return pressure.refusesHighOrders
      ? "page requests above order 0 are refused (o ends that)" : "page requests of every order are served again"
  }

  /// What is said where only the engine can do what was asked for.
  private static let needsEngine = "a Linux kernel can't do this: choose another policy (Y)"

  func toggleShuffling() -> String {
    guard engine != nil else { return MachineControls.needsEngine }
    isShuffling.toggle()
    setShuffling(isShuffling)
    return isShuffling ? "slabs are shuffled (S ends that)" : "slabs are shuffled no more"
  }

  /// Adds the mail's sizes, 1.5 x 2^n, between the powers of two, while the workload allocates; or retires them.
  func toggleSizes() -> String {
    guard let engine else { return MachineControls.needsEngine }
    let sizes = Policy.oneAndAHalf.generalCacheSizes.filter { $0.nonzeroBitCount > 1 }
    let there = Set(engine.generalCacheSizes).intersection(sizes)
    if there.count == sizes.count {
      let retired = there.count { (try? engine.retireGeneralCache(size: $0)) != nil }
      return "\(retired) sizes of 1.5 x 2^n retired: new requests go to the powers of two, old objects drain"
    }
    let (retries, failures) = addAtOnce(sizes, to: engine)
    let added = sizes.count - failures.count
    return
      "\(added) general caches of 1.5 x 2^n bytes added by \(sizes.count) threads, \(retries) retries (A retires them)"
  }

  /// Sizes of the general caches in service, ascending.
  var sizesInService: [Int] { engine?.generalCacheSizes ?? Policy.linux.generalCacheSizes }

  /// Puts sizes in service, live, and retires those between the powers of two that are not among them.
  func putInService(_ sizes: [Int]) -> String {
    guard let engine else { return MachineControls.needsEngine }
    guard !sizes.isEmpty else { return "ask for advice first (d)" }
    let there = Set(engine.generalCacheSizes)
    let added = sizes.count { !there.contains($0) && (try? engine.addGeneralCache(size: $0)) != nil }
    let retired = there.subtracting(sizes).count { (try? engine.retireGeneralCache(size: $0)) != nil }
    return "\(added) sizes added, \(retired) retired: new requests go to them, old objects drain"
  }

  /// Adds general caches of these sizes, each by a thread of its own; retires those that are in service.
  func toggle(_ sizes: [Int]) -> String {
    guard let engine else { return MachineControls.needsEngine }
    let there = Set(engine.generalCacheSizes)
    var said: [String] = []
    let missing = sizes.filter { !there.contains($0) }
    if !missing.isEmpty {
      let (retries, failures) = addAtOnce(missing, to: engine)
      let added = missing.filter { failures[$0] == nil }
      if added.count == 1 {
        said.append("a general cache of \(added[0]) bytes serves the next request that it fits")
      } else if !added.isEmpty {
        said.append("\(added.count) general caches added by \(missing.count) threads, \(retries) retries")
      }
      said += failures.sorted { $0.key < $1.key }.map(\.value)
    }
    for size in there.intersection(sizes).sorted() {
      do {
        try engine.retireGeneralCache(size: size)
        said.append("the general cache of \(size) bytes is retired: new requests go to the next larger one")
      } catch { said.append("\(error)") }
    }
    return said.joined(separator: "; ")
  }

  /// Adds sizes while the workload allocates, each by a thread of its own, so that threads meet on the list.
  /// - Returns: the number of retries, and why sizes were refused.
  private func addAtOnce(_ sizes: [Int], to engine: SlabEngine) -> (retries: Int, failures: [Int: String]) {
    let additions = Additions()
    let group = DispatchGroup()
    for size in sizes {
      group.enter()
      let thread = Thread {
        // They begin together: to start a thread takes longer than to add a size.
        additions.ready.add(1, ordering: .relaxed)
        while additions.ready.load(ordering: .relaxed) < sizes.count { sched_yield() }
        do { try engine.addGeneralCache(size: size) } catch { additions.refused.withLock { $0[size] = "\(error)" } }
        group.leave()
      }
      thread.start()
    }
    group.wait()
    let nodes = engine.sample().generalCaches ?? []
    let retries = nodes.filter { sizes.contains($0.size) }.reduce(0) { $0 + $1.retries }
    return (retries, additions.refused.withLock { $0 })
  }

  /// Lets a cache serve general requests of its size.
  func export(_ name: String) -> String {
    guard let engine else { return MachineControls.needsEngine }
    guard let cache = engine.cache(named: name) else { return "there is no cache \(name) any more" }
    do {
      let general = try engine.export(cache)
      return "\(name) serves general requests of up to \(general.objectSize) bytes, as \(general.name)"
    } catch {
      return "\(error)"
    }
  }
}

/// What threads that add sizes have in common.
private final class Additions: Sendable {
  /// Threads that are about to add.
  let ready = Atomic<Int>(0)
  /// Why sizes were refused.
  let refused = Mutex([Int: String]())
}
