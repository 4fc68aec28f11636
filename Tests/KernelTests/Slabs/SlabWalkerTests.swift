import Foundation
import Telemetry
import Testing

@testable import Kernel

/// The running kernel's slabs, read by BPF. Needs root, BPF and Linux 6.13; elsewhere skipped with the reason.
@Suite(.serialized, .enabled(if: SlabWalkers.problem == nil, "\(SlabWalkers.problem ?? "")"))
struct SlabWalkerTests {
  /// A cache whose sums in sysfs are the same before and after a look was idle during it, or nearly so: then the look has to say
  /// the same, in one of three looks at least.
  @Test func idleCachesEqualSysfsAndSlabinfo() throws {
    let walker = try SlabWalker()
    var (equal, different): (Set<String>, [String: String]) = ([], [:])
    for _ in 0..<3 {
      let before = SysfsSums.all()
      _ = try walker.update()
      let after = SysfsSums.all()
      for cache in walker.caches {
        guard let sums = before[cache.name], sums == after[cache.name] else { continue }
        let looked = SysfsSums(
          partial: cache.slabs(on: .node),
          objectsInPartial: cache.groups.reduce(0) { $0 + ($1.list == .node ? $1.objectsInUse * $1.slabs : 0) },
          onCPUs: cache.slabs(on: .cpu) + cache.slabs(on: .cpuPartial), slabs: cache.slabs, objects: cache.totalObjects)
        if looked == sums {
          equal.insert(cache.name)
        } else {
          different[cache.name] = "looked \(looked), sysfs \(sums)"
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
      let its = cache.parameters
      let looked: [Int?] = [
        its.preferredOrder, its.objectsPerPreferredSlab, its.stride, its.objectSize, its.alignment, its.minPartial,
        its.cpuPartial, its.flags.contains(.reclaimable) ? 1 : 0, its.flags.contains(.typesafeByRCU) ? 1 : 0,
        its.flags.contains(.dma) ? 1 : 0,
      ]
      let files = [
        "objs_per_slab", "slab_size", "object_size", "align", "min_partial", "cpu_partial", "reclaim_account",
        "destroy_by_rcu", "cache_dma",
      ]
      #expect(looked == [order] + files.map(number), "\(cache.name)")
    }
    #expect(compared > 100)
  }

  /// 100,000 messages of one size, of which half are received at random: the number of objects in use of a slab is then
  /// binomially distributed.
  @Test func aLoadOfKnownShapeHasTheDistributionThatArithmeticExpects() throws {
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
    // Slabs that were full of messages: all but the few at both ends.
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
    #expect(distance < 0.06, "the share of slabs with another number of objects in use than expected")
    messages.remove()
    #expect(try occupancy(walker, of: name).liveObjects <= others + 50)
  }

  /// A list of many slabs is walked in several runs of the program, and all of it is counted.
  @Test func aLongListIsCountedToItsEnd() throws {
    let walker = try SlabWalker()
    let before = try live(walker)
    let messages = try MessageLoad(count: 120_000, bytes: 100)
    defer { messages.remove() }
    let name = try #require(try grown(walker, since: before, by: 120_000))
    let kept = messages.receiveAllBut(oneOf: 21)
    let cache = try occupancy(walker, of: name)
    let sums = try #require(SysfsSums(cache: name))
    // More slabs than two runs of the program visit.
    #expect(cache.slabs(on: .node) > 4096 && cache.slabs(on: .node) == sums.partial)
    #expect(walker.overtakenLists == 0)
    #expect(abs(cache.liveObjects - kept - (before[name] ?? 0)) <= 50 + (before[name] ?? 0) / 10)
  }

  /// While caches' lists change at full speed, each look is complete and possible.
  @Test func looksUnderLoadArePossible() throws {
    let walker = try SlabWalker()
    _ = try walker.update()
    let names = Set(walker.caches.map(\.name))
    let load = Process()
    load.executableURL = URL(fileURLWithPath: "/bin/sh")
    load.arguments = [
      "-c", "while :; do ls -R /usr/share >/dev/null; done & while :; do unshare -n true; done & sleep 60",
    ]
    load.standardError = FileHandle.nullDevice
    try load.run()
    defer {
      // The shell's children as well: they are in its process group no longer than it is.
      let kill = Process()
      kill.executableURL = URL(fileURLWithPath: "/usr/bin/pkill")
      kill.arguments = ["-P", "\(load.processIdentifier)"]
      try? kill.run()
      kill.waitUntilExit()
      load.terminate()
      load.waitUntilExit()
    }
    let end = ContinuousClock.now + .seconds(3)
    var looks = 0
    while looks < 1000, ContinuousClock.now < end {
      _ = try walker.update()
      looks += 1
      #expect(names.subtracting(walker.caches.map(\.name)).count <= 3)
      for cache in walker.caches {
        let possible = cache.groups.allSatisfy { (0...$0.objects).contains($0.objectsInUse) && $0.order <= 10 }
        if !possible || cache.liveObjects > cache.totalObjects { Issue.record("\(cache)") }
      }
    }
    #expect(looks > 50)
  }

  private func live(_ walker: SlabWalker) throws -> [String: Int] {
    _ = try walker.update()
    return Dictionary(walker.caches.map { ($0.name, $0.liveObjects) }, uniquingKeysWith: { first, _ in first })
  }

  private func occupancy(_ walker: SlabWalker, of name: String) throws -> SlabOccupancy {
    _ = try walker.update()
    return try #require(walker.caches.first { $0.name == name })
  }

  /// The cache that so many objects came to.
  private func grown(_ walker: SlabWalker, since before: [String: Int], by count: Int) throws -> String? {
    try live(walker).first { $0.value - (before[$0.key] ?? 0) >= count }?.key
  }
}

/// Whether the kernel permits what is tested here.
enum SlabWalkers {
  static let problem: String? = {
    do {
      _ = try SlabWalker()
      return nil
    } catch {
      return "\(error)"
    }
  }()
}

/// The sums that sysfs has of one cache.
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

/// Messages in System V queues: one object each, of one cache, for as long as they are not received.
private final class MessageLoad {
  private struct Message {
    var type: Int = 1
    var bytes:
      (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
        (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  }

  /// Few messages a queue: to receive those of a type, the kernel passes over all others.
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
      // Its number in the queue is its type, so that each can be received by itself.
      message.type = number % MessageLoad.perQueue + 1
      try #require(msgsnd(queues[queues.count - 1], &message, bytes, Int32(IPC_NOWAIT)) == 0, "\(errno)")
    }
  }

  /// - Returns: messages that are left.
  func receiveHalfAtRandom(seed: UInt64) -> Int {
    // A linear congruential generator (Knuth, MMIX): its upper bits are as good as is needed here.
    var state = seed
    return receive { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 63 == 0
    }
  }

  /// - Returns: messages that are left.
  func receiveAllBut(oneOf: Int) -> Int { receive { $0 % oneOf != 0 } }

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
