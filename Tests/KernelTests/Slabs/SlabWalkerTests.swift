import Foundation
import Telemetry
import Testing

@testable import Kernel

/// Slab occupancy of the running kernel. The tests are skipped, with the reason, without root, BPF and Linux 6.13.
@Suite(.serialized, .enabled(if: SlabWalkers.problem == nil, "\(SlabWalkers.problem ?? "")"))
struct SlabWalkerTests {
  /// If the sums of a cache in sysfs are equal before and after a pass, the cache was probably idle during the pass, which must
  /// then give the same sums. A busy cache may have equal sums by chance; therefore passes are repeated until each cache that
  /// differed has been equal once.
  @Test func occupancyOfIdleCachesEqualsSysfsAndSlabinfo() throws {
    let walker = try SlabWalker()
    var (equal, different): (Set<String>, [String: String]) = ([], [:])
    for pass in 0..<30 {
      if pass >= 3, different.keys.allSatisfy(equal.contains) { break }
      let before = SysfsSums.all()
      _ = try walker.update()
      let after = SysfsSums.all()
      for cache in walker.caches {
        guard let sums = before[cache.name], sums == after[cache.name] else { continue }
        // sysfs does not count the partial slabs of a CPU that has no slab to allocate from (Linux, mm/slub.c,
        // show_slab_objects).
        let onCPUs = cache.slabs(on: .cpu) + cache.slabs(on: .cpuPartial)
        let isShort = (cache.slabs(on: .cpu)..<onCPUs).contains(sums.onCPUs)
        let walked = SysfsSums(
          partial: cache.slabs(on: .node),
          objectsInPartial: cache.groups.reduce(0) { $0 + ($1.list == .node ? $1.objectsInUse * $1.slabs : 0) },
          onCPUs: isShort ? sums.onCPUs : onCPUs, slabs: cache.slabs, objects: cache.totalObjects)
        if walked == sums {
          equal.insert(cache.name)
        } else {
          different[cache.name] = "walked \(walked), sysfs \(sums)"
        }
      }
    }
    #expect(equal.count > 100)
    #expect(different.filter { !equal.contains($0.key) } == [:])
  }

  @Test func parametersEqualThoseOfSysfs() throws {
    let walker = try SlabWalker()
    _ = try walker.update()
    var compared = 0
    for cache in walker.caches {
      func number(_ file: String) -> Int? { KernelFile("/sys/kernel/slab/\(cache.name)/\(file)").number() }
      guard let order = number("order") else { continue }
      compared += 1
      let parameters = cache.parameters
      let flags: [SlabCacheParameters.Flags] = [.reclaimable, .typesafeByRCU, .dma]
      let walked: [Int?] =
        [
          parameters.preferredOrder, parameters.objectsPerPreferredSlab, parameters.stride, parameters.objectSize,
          parameters.alignment, parameters.minPartial, parameters.cpuPartial,
        ] + flags.map { parameters.flags.contains($0) ? 1 : 0 }
      let files = [
        "objs_per_slab", "slab_size", "object_size", "align", "min_partial", "cpu_partial", "reclaim_account",
        "destroy_by_rcu", "cache_dma",
      ]
      #expect(walked == [order] + files.map(number), "\(cache.name)")
    }
    #expect(compared > 100)
  }

  /// Sends 100,000 messages of one size and receives a random half of them, so that the numbers of objects in use of the slabs
  /// have a binomial distribution.
  @Test func randomFreesGiveABinomialDistribution() throws {
    let walker = try SlabWalker()
    let count = 100_000
    let before = try live(walker)
    let messages = try MessageLoad(count: count, bytes: 100)
    defer { messages.remove() }
    let name = try #require(try grown(walker, since: before, by: count))
    let kept = messages.receiveHalfAtRandom(seed: 7)
    let cache = try occupancy(walker, of: name)
    let others = before[name] ?? 0
    #expect(abs(cache.liveObjects - kept - others) <= 50 + others / 10, "\(cache.liveObjects) live, \(kept) kept")
    // All slabs except a few were full of messages.
    let objects = cache.parameters.objectsPerPreferredSlab
    let slabs = cache.groups.filter { $0.list == .node }
    let total = slabs.reduce(0) { $0 + $1.slabs }
    #expect(abs(total - count / objects) <= 100)
    var (probability, distance) = (pow(0.5, Double(objects)), 0.0)
    for inUse in 0...objects {
      let found = slabs.reduce(0) { $0 + ($1.objectsInUse == inUse ? $1.slabs : 0) }
      distance += abs(Double(found) / Double(total) - probability) / 2
      probability *= Double(objects - inUse) / Double(inUse + 1)
    }
    #expect(distance < 0.06, "share of slabs with a different number of objects in use than expected")
    messages.remove()
    #expect(try occupancy(walker, of: name).liveObjects <= others + 50)
  }

  /// A list with more slabs than a run of the program may visit is walked in several runs.
  @Test func longListIsCountedToItsEnd() throws {
    let walker = try SlabWalker()
    let before = try live(walker)
    let messages = try MessageLoad(count: 120_000, bytes: 100)
    defer { messages.remove() }
    let name = try #require(try grown(walker, since: before, by: 120_000))
    let kept = messages.receiveAll(exceptEvery: 21)
    let cache = try occupancy(walker, of: name)
    let sums = try #require(SysfsSums(cache: name))
    // A run of the program visits at most 2048 slabs.
    #expect(cache.slabs(on: .node) > 2048 && cache.slabs(on: .node) == sums.partial)
    #expect(walker.inconsistentLists == 0)
    #expect(abs(cache.liveObjects - kept - (before[name] ?? 0)) <= 50 + (before[name] ?? 0) / 10)
  }

  /// Makes 1,000 passes while another thread allocates and frees objects of a cache with thousands of partial slabs. Each
  /// complete pass must count the live objects of this thread and at most 500 of the other thread.
  @Test func passesUnderLoadCountTheLiveObjects() throws {
    let walker = try SlabWalker()
    let before = try live(walker)
    let messages = try MessageLoad(count: 40_000, bytes: 100)
    defer { messages.remove() }
    let name = try #require(try grown(walker, since: before, by: 40_000))
    let kept = messages.receiveHalfAtRandom(seed: 3) + (before[name] ?? 0)
    let churn = MessageChurn(limit: 500)
    defer { churn.end() }
    var (complete, passes) = (0, 0)
    var outside: [Int] = []
    while passes < 1000 {
      passes += 1
      let cache = try occupancy(walker, of: name)
      guard cache.isComplete, cache.knowsObjectsOnCPUs else { continue }
      complete += 1
      // Other processes may allocate and free objects of this cache too.
      if !(kept - 100...kept + 600).contains(cache.liveObjects) { outside.append(cache.liveObjects - kept) }
    }
    // A pass may miss a slab that moves from one list to another, or count it twice.
    #expect(outside.count <= complete / 20, "\(outside.prefix(20))")
    #expect(complete >= passes / 4)
  }

  private func live(_ walker: SlabWalker) throws -> [String: Int] {
    _ = try walker.update()
    return Dictionary(walker.caches.map { ($0.name, $0.liveObjects) }, uniquingKeysWith: { first, _ in first })
  }

  private func occupancy(_ walker: SlabWalker, of name: String) throws -> SlabOccupancy {
    _ = try walker.update()
    return try #require(walker.caches.first { $0.name == name })
  }

  /// Returns the name of the cache whose live objects have increased by at least `count`; nil if there is none.
  private func grown(_ walker: SlabWalker, since before: [String: Int], by count: Int) throws -> String? {
    try live(walker).first { $0.value - (before[$0.key] ?? 0) >= count }?.key
  }
}

/// Availability of slab occupancy.
enum SlabWalkers {
  /// Reason why slab occupancy cannot be read; nil if it can.
  static let problem: String? = {
    do {
      _ = try SlabWalker()
      return nil
    } catch {
      return "\(error)"
    }
  }()
}

/// Slab sums of a cache in sysfs.
private struct SysfsSums: Hashable {
  var partial, objectsInPartial, onCPUs, slabs, objects: Int

  static func all() -> [String: SysfsSums] {
    KernelFile.names(in: "/sys/kernel/slab").reduce(into: [:]) { $0[$1] = SysfsSums(cache: $1) }
  }
}

extension SysfsSums {
  init?(cache name: String) {
    func number(_ file: String) -> Int? { KernelFile("/sys/kernel/slab/\(name)/\(file)").number() }
    guard let partial = number("partial"), let inPartial = number("objects_partial"), let onCPUs = number("cpu_slabs"),
      let slabs = number("slabs"), let objects = number("total_objects")
    else { return nil }
    self.init(partial: partial, objectsInPartial: inPartial, onCPUs: onCPUs, slabs: slabs, objects: objects)
  }
}

/// Messages in System V queues. The kernel allocates an object for each message and frees it when the message is received.
private final class MessageLoad {
  private struct Message {
    var type: Int = 1
    var bytes:
      (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
        (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  }

  /// Maximum number of messages in a queue. It is small because the kernel searches the queue for a message of a given type.
  private static let perQueue = 128
  private var queues: [Int32] = []
  private let count: Int
  private let bytes: Int

  /// Sends messages of up to 104 bytes.
  init(count: Int, bytes: Int) throws {
    (self.count, self.bytes) = (count, bytes)
    var message = Message()
    for number in 0..<count {
      if number % MessageLoad.perQueue == 0 { queues.append(msgget(IPC_PRIVATE, 0o600)) }
      // The type of a message is its number in the queue, so that each message can be received separately.
      message.type = number % MessageLoad.perQueue + 1
      try #require(msgsnd(queues[queues.count - 1], &message, bytes, Int32(IPC_NOWAIT)) == 0, "\(errno)")
    }
  }

  /// Receives a random half of the messages.
  /// - Returns: Number of remaining messages.
  func receiveHalfAtRandom(seed: UInt64) -> Int {
    // A linear congruential generator (Knuth, MMIX), whose upper bits are sufficiently random.
    var state = seed
    return receive { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 63 == 0
    }
  }

  /// Receives all messages except every `interval`-th.
  /// - Returns: Number of remaining messages.
  func receiveAll(exceptEvery interval: Int) -> Int { receive { $0 % interval != 0 } }

  private func receive(_ isReceived: (Int) -> Bool) -> Int {
    var (message, left) = (Message(), count)
    for number in 0..<count where isReceived(number) {
      let type = number % MessageLoad.perQueue + 1
      if msgrcv(queues[number / MessageLoad.perQueue], &message, bytes, type, Int32(IPC_NOWAIT)) >= 0 { left -= 1 }
    }
    return left
  }

  func remove() {
    for queue in queues { msgctl(queue, IPC_RMID, nil) }
    queues = []
  }

  deinit { remove() }
}

/// Thread that sends and receives messages at random until `end` is called.
private final class MessageChurn: @unchecked Sendable {
  // Sendable because both threads access `isEnded` under the lock.
  private let lock = NSLock()
  private let done = DispatchSemaphore(value: 0)
  private var isEnded = false

  /// Starts the thread.
  /// - Parameter limit: Maximum number of messages in the queue.
  init(limit: Int) {
    Thread { [self] in
      let queue = msgget(IPC_PRIVATE, 0o600)
      // The first word is the type of the message.
      var (buffer, count, state) = ([Int](repeating: 1, count: 16), 0, UInt64(9))
      while !lock.withLock({ isEnded }) {
        for _ in 0..<1000 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          if count < limit, state >> 63 == 0 {
            buffer[0] = 1
            if msgsnd(queue, &buffer, 100, Int32(IPC_NOWAIT)) == 0 { count += 1 }
          } else if msgrcv(queue, &buffer, 100, 0, Int32(IPC_NOWAIT)) >= 0 {
            count -= 1
          }
        }
      }
      msgctl(queue, IPC_RMID, nil)
      done.signal()
    }.start()
  }

  func end() {
    lock.withLock { isEnded = true }
    done.wait()
  }
}
