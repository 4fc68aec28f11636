import Foundation
import Telemetry
import Testing

@testable import Kernel

/// The running kernel's slabs, read by BPF. Needs root, BPF and Linux 6.13; elsewhere skipped with the reason.
@Suite(.serialized, .enabled(if: SlabWalkers.problem == nil, "\(SlabWalkers.problem ?? "")"))
struct SlabWalkerTests {
  /// A cache whose sums in sysfs are the same before and after a look was idle during it: then the look has to say the same.
  @Test func idleCachesEqualSysfsAndSlabinfo() throws {
    let walker = try SlabWalker()
    var (compared, different): (Int, [String]) = (0, [])
    for _ in 0..<3 {
      let before = SysfsSums.all()
      _ = try walker.update()
      let after = SysfsSums.all()
      for cache in walker.caches {
        guard let sums = before[cache.name], sums == after[cache.name] else { continue }
        compared += 1
        let looked = SysfsSums(
          partial: cache.slabs(on: .node),
          objectsInPartial: cache.groups.reduce(0) { $0 + ($1.list == .node ? $1.objectsInUse * $1.slabs : 0) },
          onCPUs: cache.slabs(on: .cpu) + cache.slabs(on: .cpuPartial), slabs: cache.slabs,
          objects: cache.totalObjects, order: cache.parameters.preferredOrder, stride: cache.parameters.stride,
          objectSize: cache.parameters.objectSize, cpuPartial: cache.parameters.cpuPartial,
          minPartial: cache.parameters.minPartial, isReclaimable: cache.parameters.flags.contains(.reclaimable))
        if looked != sums { different.append("\(cache.name): looked \(looked), sysfs \(sums)") }
      }
    }
    #expect(compared > 100 && different == [])
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

/// What sysfs has of one cache.
private struct SysfsSums: Hashable {
  var partial, objectsInPartial, onCPUs, slabs, objects, order, stride, objectSize, cpuPartial, minPartial: Int
  var isReclaimable: Bool

  init(
    partial: Int, objectsInPartial: Int, onCPUs: Int, slabs: Int, objects: Int, order: Int, stride: Int,
    objectSize: Int, cpuPartial: Int, minPartial: Int, isReclaimable: Bool
  ) {
    (self.partial, self.objectsInPartial, self.onCPUs) = (partial, objectsInPartial, onCPUs)
    (self.slabs, self.objects, self.order, self.stride) = (slabs, objects, order, stride)
    (self.objectSize, self.cpuPartial, self.minPartial) = (objectSize, cpuPartial, minPartial)
    self.isReclaimable = isReclaimable
  }

  init?(cache name: String) {
    func number(_ file: String) -> Int? { KernelFile("/sys/kernel/slab/\(name)/\(file)").number() }
    guard let partial = number("partial"), let inPartial = number("objects_partial"), let onCPUs = number("cpu_slabs"),
      let slabs = number("slabs"), let objects = number("total_objects"), let order = number("order"),
      let stride = number("slab_size"), let objectSize = number("object_size"),
      let cpuPartial = number("cpu_partial"), let minPartial = number("min_partial"),
      let reclaims = number("reclaim_account")
    else { return nil }
    self.init(
      partial: partial, objectsInPartial: inPartial, onCPUs: onCPUs, slabs: slabs, objects: objects, order: order,
      stride: stride, objectSize: objectSize, cpuPartial: cpuPartial, minPartial: minPartial,
      isReclaimable: reclaims == 1)
  }

  static func all() -> [String: SysfsSums] {
    KernelFile.names(in: "/sys/kernel/slab").reduce(into: [:]) { $0[$1] = SysfsSums(cache: $1) }
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
