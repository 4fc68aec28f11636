import Telemetry

/// Events of the machine, found by comparing each snapshot with the previous one.
struct MachineEvents: Sendable, Hashable {
  /// Smallest change of a cache's slabs between two snapshots that is an event.
  private static let minimumSlabChange = 16
  private var previous: Snapshot?
  private(set) var log = EventLog()

  /// Adds an event that is not the difference between two snapshots: an action of the user.
  mutating func add(_ event: MachineEvent) { log.add(event) }

  /// Adds the events between the previous snapshot and this one.
  mutating func add(_ snapshot: Snapshot) {
    defer { previous = snapshot }
    guard let before = previous else { return }
    compareCaches(before, snapshot)
    compareGeneralCaches(before, snapshot)
    let failed = (snapshot.failedAllocations ?? 0) - (before.failedAllocations ?? 0)
    if failed > 0 {
      log.add(
        MachineEvent(
          severity: .failure, cache: nil, text: "", amount: failed,
          textAfterAmount: " allocations failed: out of memory",
          firstTime: snapshot.timeMicroseconds, time: snapshot.timeMicroseconds))
    }
  }

  /// Adds events for the caches that changed.
  private mutating func compareCaches(_ before: Snapshot, _ snapshot: Snapshot) {
    let time = snapshot.timeMicroseconds
    if let changed = snapshot.caches.changes(since: before.caches) {
      for index in changed where MachineEvents.hasEvent(before.caches[index], snapshot.caches[index]) {
        compare(before.caches[index], snapshot.caches[index], at: time)
      }
      return
    }
    let known = Dictionary(zip(before.caches.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
    for index in snapshot.caches.indices {
      let old = known[snapshot.caches[index].name]
      if let old, !MachineEvents.hasEvent(before.caches[old], snapshot.caches[index]) { continue }
      compare(old.map { before.caches[$0] }, snapshot.caches[index], at: time)
    }
  }

  /// Returns whether the difference between two snapshots of a cache can be an event.
  @inline(__always)
  private static func hasEvent(_ old: CacheSnapshot, _ new: CacheSnapshot) -> Bool {
    old.slabs != new.slabs || old.orderFallbacks != new.orderFallbacks
      || (old.allocations == 0) != (new.allocations == 0)
      || old.slabHolder != new.slabHolder
  }

  private mutating func compare(_ old: CacheSnapshot?, _ new: CacheSnapshot, at time: Int) {
    func add(_ text: String) {
      log.add(MachineEvent(severity: .information, cache: new.name, text: text, firstTime: time, time: time))
    }
    guard let old else {
      if new.allocations ?? 0 > 0 { add("\(new.name) was created, object size \(new.objectSize) bytes") }
      return
    }
    // A watch of the running kernel begins long after the first allocation.
    if new.countsOperations, old.allocations == 0, new.allocations ?? 0 > 0 {
      add("\(new.name) has its first allocation")
    }
    let fallbacks = new.orderFallbacks - old.orderFallbacks
    if fallbacks > 0 {
      let (before, now) = (old.fallbacksByOrder ?? [], new.fallbacksByOrder ?? [])
      let orders = zip(before, now).enumerated().filter { $0.element.1 > $0.element.0 }.map(\.offset)
      // Of a host the number of low-order slabs is known, not the orders of the fallbacks.
      let names = orders.isEmpty ? "a lower order" : "order " + orders.map(String.init).joined(separator: ", ")
      log.add(
        MachineEvent(
          severity: .warning, cache: new.name, text: "\(new.name): ", amount: fallbacks,
          textAfterAmount: " order fallbacks to \(names), no free pages of order \(new.preferredOrder)",
          firstTime: time, time: time))
    } else if old.orderFallbacks > 0, new.slabsByOrder[new.preferredOrder] > old.slabsByOrder[new.preferredOrder],
      old.slabsByOrder[new.preferredOrder] == 0
    {
      add("\(new.name) allocates slabs of order \(new.preferredOrder) again")
    }
    if old.slabHolder != new.slabHolder, !old.slabHolder.isEmpty, !new.slabHolder.isEmpty {
      add(
        new.slabHolder == new.name
          ? "\(new.name) stopped sharing the slabs of \(old.slabHolder): sharing wasted more than it saved"
          : "\(new.name) shares the slabs of \(new.slabHolder)")
    }
    let grown = new.slabs - old.slabs
    if abs(grown) >= MachineEvents.minimumSlabChange, abs(grown) * 10 >= max(old.slabs, new.slabs) {
      // Bytes are computed from the slabs, because the slab memory of caches that share slabs is that of their objects.
      let bytes = NumberFormat.bytes(abs(MachineEvents.pages(new) - MachineEvents.pages(old)) << 12)
      add("\(new.name) \(grown > 0 ? "grew" : "shrank") by \(abs(grown)) slabs, \(bytes)")
    }
  }

  /// Adds events for general caches that were added, retired or exported.
  private mutating func compareGeneralCaches(_ before: Snapshot, _ snapshot: Snapshot) {
    guard let old = before.generalCaches, let new = snapshot.generalCaches, old != new else { return }
    let known = Dictionary(old.map { ($0.size, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, node) in new.enumerated() {
      let wasInService = known[node.size]?.isInService ?? false
      if node.isInService, !wasInService {
        let smallest = (new[..<index].last { $0.isInService }?.size ?? 0) + 1
        let retries = node.retries == 0 ? "" : ", \(node.retries) retries"
        addEvent(
          node.exportedCache.map {
            "\($0) was exported as \(node.cache): it serves requests of \(smallest) to \(node.size) bytes\(retries)"
          } ?? "\(node.cache) was added: it serves requests of \(smallest) to \(node.size) bytes\(retries)",
          about: node.cache, at: snapshot)
      } else if !node.isInService, wasInService {
        let next = new[index...].first { $0.isInService }?.cache ?? "the page allocator"
        addEvent("\(node.cache) was retired: \(next) serves its requests", about: node.cache, at: snapshot)
      }
    }
  }

  private static func pages(_ cache: CacheSnapshot) -> Int {
    cache.slabsByOrder.indices.reduce(0) { $0 + cache.slabsByOrder[$1] << $1 }
  }

  private mutating func addEvent(_ text: String, about cache: String, at snapshot: Snapshot) {
    let time = snapshot.timeMicroseconds
    log.add(MachineEvent(severity: .information, cache: cache, text: text, firstTime: time, time: time))
  }
}
