import Telemetry

/// What just happened to the machine, in words: found by comparing a snapshot with the one before.
struct MachineEvents: Sendable, Hashable {
  /// One thing that happened.
  struct Event: Sendable, Hashable {
    /// Microseconds of the workload's time.
    let time: Int
    let text: String
    /// Whether it means that something was refused or lost.
    let isTrouble: Bool
  }

  private static let length = 500
  /// Slabs that come or go between two looks without being worth a line.
  private static let fewSlabs = 16
  private var before: Snapshot?
  /// Newest last.
  private(set) var events: [Event] = []

  /// Takes in the next snapshot.
  mutating func add(_ snapshot: Snapshot) {
    defer { before = snapshot }
    guard let before else { return }
    // Caches nearly always stand where they stood, and most did nothing.
    var places: [String: Int]?
    for index in snapshot.caches.indices {
      let name = snapshot.caches[index].name
      var old: Int? = index
      if index >= before.caches.count || before.caches[index].name != name {
        let known = places ?? Dictionary(zip(before.caches.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
        places = known
        old = known[name]
      }
      if let old, !MachineEvents.differ(before.caches[old], snapshot.caches[index]) { continue }
      compare(old.map { before.caches[$0] }, snapshot.caches[index], at: snapshot.timeMicroseconds)
    }
    compareGeneralCaches(before, snapshot)
    let failed = (snapshot.failedAllocations ?? 0) - (before.failedAllocations ?? 0)
    if failed > 0 {
      say("\(Figures.count(failed)) allocations were refused: memory is out", at: snapshot, isTrouble: true)
    }
    events = events.suffix(MachineEvents.length)
  }

  /// Whether anything differs that a line could be about.
  @inline(__always)
  private static func differ(_ old: CacheSnapshot, _ new: CacheSnapshot) -> Bool {
    old.slabs != new.slabs || old.orderFallbacks != new.orderFallbacks
      || (old.allocations == 0) != (new.allocations == 0)
      || old.slabHolder != new.slabHolder
  }

  private mutating func compare(_ old: CacheSnapshot?, _ new: CacheSnapshot, at time: Int) {
    func add(_ text: String, isTrouble: Bool = false) {
      events.append(Event(time: time, text: text, isTrouble: isTrouble))
    }
    guard let old else {
      if new.allocations ?? 0 > 0 { add("\(new.name) was made, objects of \(new.objectSize) bytes") }
      return
    }
    if old.allocations == 0, new.allocations ?? 0 > 0 { add("\(new.name) is used for the first time") }
    let fallbacks = new.orderFallbacks - old.orderFallbacks
    if fallbacks > 0 {
      let (before, now) = (old.fallbacksByOrder ?? [], new.fallbacksByOrder ?? [])
      let orders = zip(before, now).enumerated().filter { $0.element.1 > $0.element.0 }.map(\.offset)
      // A host tells how many, by way of what its slabs hold, and not to which.
      let names = orders.isEmpty ? "a lower order" : "order " + orders.map(String.init).joined(separator: ", ")
      add(
        "\(new.name) fell back to \(names), \(fallbacks) times: memory had none of order \(new.preferredOrder)",
        isTrouble: true)
    } else if old.orderFallbacks > 0, new.slabsByOrder[new.preferredOrder] > old.slabsByOrder[new.preferredOrder],
      old.slabsByOrder[new.preferredOrder] == 0
    {
      add("\(new.name) climbed back to order \(new.preferredOrder)")
    }
    if old.slabHolder != new.slabHolder, !old.slabHolder.isEmpty, !new.slabHolder.isEmpty {
      add(
        new.slabHolder == new.name
          ? "\(new.name) left the slabs of \(old.slabHolder): sharing wasted more than it saved"
          : "\(new.name) draws from the slabs of \(new.slabHolder)")
    }
    let grown = new.slabs - old.slabs
    if abs(grown) >= MachineEvents.fewSlabs, abs(grown) * 10 >= max(old.slabs, new.slabs) {
      // Of the slabs themselves: where caches share them, each cache's bytes are those of its objects.
      let bytes = Figures.bytes(abs(MachineEvents.pages(new) - MachineEvents.pages(old)) << 12)
      add("\(new.name) \(grown > 0 ? "grew" : "shrank") by \(abs(grown)) slabs, \(bytes)")
    }
  }

  /// Sizes that were added, retired or exported.
  private mutating func compareGeneralCaches(_ before: Snapshot, _ snapshot: Snapshot) {
    guard let old = before.generalCaches, let new = snapshot.generalCaches, old != new else { return }
    let known = Dictionary(old.map { ($0.size, $0) }, uniquingKeysWith: { first, _ in first })
    for (place, node) in new.enumerated() {
      let wasInService = known[node.size]?.isInService ?? false
      if node.isInService, !wasInService {
        let smallest = (new[..<place].last { $0.isInService }?.size ?? 0) + 1
        let retries = node.retries == 0 ? "" : ", \(node.retries) retries"
        say(
          node.exportedCache.map {
            "\($0) is exported as \(node.cache): it serves requests of \(smallest) to \(node.size) bytes\(retries)"
          } ?? "\(node.cache) was added: it serves requests of \(smallest) to \(node.size) bytes\(retries)",
          at: snapshot)
      } else if !node.isInService, wasInService {
        let next = new[place...].first { $0.isInService }?.cache ?? "the page allocator"
        say("\(node.cache) was retired: \(next) serves its requests", at: snapshot)
      }
    }
  }

  private static func pages(_ cache: CacheSnapshot) -> Int {
    cache.slabsByOrder.indices.reduce(0) { $0 + cache.slabsByOrder[$1] << $1 }
  }

  private mutating func say(_ text: String, at snapshot: Snapshot, isTrouble: Bool = false) {
    events.append(Event(time: snapshot.timeMicroseconds, text: text, isTrouble: isTrouble))
  }
}
