import Dispatch
import Glibc
import Kernel
import SlabEngine
import Synchronization
import Workloads

/// Adds, retires and exports general caches of an engine on behalf of the user, while a workload allocates from them. Each method
/// returns a message about the result.
struct GeneralCacheControls {
  let engine: SlabEngine

  /// Adds general caches of 1.5 x 2^n bytes, or retires them if all of them are in service.
  func toggleOneAndAHalfSizes() -> String {
    let sizes = Policy.oneAndAHalf.generalCacheSizes.filter { $0.nonzeroBitCount > 1 }
    let inService = Set(engine.generalCacheSizes).intersection(sizes)
    if inService.count == sizes.count {
      let retired = inService.count { (try? engine.retireGeneralCache(size: $0)) != nil }
      return "\(retired) general caches of 1.5 x 2^n bytes retired: new requests go to the powers of two"
    }
    let (retries, failures) = addConcurrently(sizes)
    let added = sizes.count - failures.count
    return
      "\(added) general caches of 1.5 x 2^n bytes added by \(sizes.count) threads, \(retries) retries (A retires them)"
  }

  /// Adds general caches of the advised sizes, and retires those of all other sizes that can be retired.
  func apply(advisedSizes sizes: [Int]) -> String {
    guard !sizes.isEmpty else { return "no advised sizes yet: press d first" }
    let inService = Set(engine.generalCacheSizes)
    let added = sizes.count { !inService.contains($0) && (try? engine.addGeneralCache(size: $0)) != nil }
    let retired = inService.subtracting(sizes).count { (try? engine.retireGeneralCache(size: $0)) != nil }
    return "\(added) sizes added, \(retired) retired: new requests go to the advised sizes"
  }

  /// Adds general caches of the sizes that are not in service, each by a thread of its own, and retires those that are.
  func toggle(_ sizes: [Int]) -> String {
    let inService = Set(engine.generalCacheSizes)
    var messages: [String] = []
    let missing = sizes.filter { !inService.contains($0) }
    if !missing.isEmpty {
      let (retries, failures) = addConcurrently(missing)
      let added = missing.filter { failures[$0] == nil }
      if added.count == 1 {
        messages.append("a general cache of \(added[0]) bytes is in service")
      } else if !added.isEmpty {
        messages.append("\(added.count) general caches added by \(missing.count) threads, \(retries) retries")
      }
      messages += failures.sorted { $0.key < $1.key }.map(\.value)
    }
    for size in inService.intersection(sizes).sorted() {
      do {
        try engine.retireGeneralCache(size: size)
        messages.append("the general cache of \(size) bytes is retired: new requests go to the next larger one")
      } catch { messages.append("\(error)") }
    }
    return messages.joined(separator: "; ")
  }

  /// Makes a named cache serve requests by size.
  func export(_ name: String) -> String {
    guard let cache = engine.cache(named: name) else { return "the cache \(name) was destroyed" }
    do {
      let general = try engine.export(cache)
      return "\(name) serves general requests of up to \(general.objectSize) bytes, as \(general.name)"
    } catch {
      return "\(error)"
    }
  }

  /// Adds general caches, each by a thread of its own, so that the additions compete for the gnode list.
  /// - Returns: the number of retries, and the errors by size.
  private func addConcurrently(_ sizes: [Int]) -> (retries: Int, failures: [Int: String]) {
    let additions = Additions()
    let group = DispatchGroup()
    for size in sizes {
      group.enter()
      BackgroundThread.start(name: "adder") {
        // The threads wait for each other, because starting a thread takes longer than adding a size.
        additions.ready.add(1, ordering: .relaxed)
        while additions.ready.load(ordering: .relaxed) < sizes.count { sched_yield() }
        do { try engine.addGeneralCache(size: size) } catch { additions.failures.withLock { $0[size] = "\(error)" } }
        group.leave()
      }
    }
    group.wait()
    let nodes = engine.sample().generalCaches ?? []
    let retries = nodes.filter { sizes.contains($0.size) }.reduce(0) { $0 + $1.retries }
    return (retries, additions.failures.withLock { $0 })
  }
}

/// State that is shared by threads that add general caches at the same time.
private final class Additions: Sendable {
  /// Number of threads that are ready to add.
  let ready = Atomic<Int>(0)
  /// Errors by size.
  let failures = Mutex([Int: String]())
}
