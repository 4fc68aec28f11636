package import Recordings
import SlabEngine
package import Telemetry
package import Workloads

/// Mirror of a running kernel: its events are played under a policy while they happen, and on the model of its own allocator.
///
/// Both start with the objects and slabs that the kernel had (a warm start). Of the objects from before the start, only the cache
/// and the slab's occupancy are known. `MirrorObjects` corrects the number of objects of each cache whenever the kernel's own
/// counts are known, so that kernel, policy and model have the same objects, and differ in their slabs only.
///
/// One thread at a time may use a mirror.
package final class KernelMirror {
  /// Policy of the mirror.
  package let policy: Policy
  /// Player under the policy; nil if the policy is that of the model.
  private var player: PolicyPlayer?
  private var model: PolicyPlayer
  private let playerEvents, modelEvents: LiveEvents
  private var objects: MirrorObjects
  private var symbols: [String]
  private var converted: [AllocationEvent] = []
  private var modelError = ModelError()
  private let cacheNames: Set<String>
  private let omittedCaches: [String]
  /// Rounding and alignment of the objects from before the start in bytes.
  private var startRoundingBytes = 0
  /// Bytes of slabs at the start: of the kernel, and of the model.
  private let startBytes, modelStartBytes: Int

  /// Memory of the mirror's machines beyond twice the kernel's slab memory.
  private static let spareBytes = 512 << 20

  /// Creates the machines and fills them like the kernel's caches.
  /// - Parameters:
  ///   - kernel: The kernel's caches at the start.
  ///   - policy: Policy of the mirror.
  ///   - cpuCount: Number of CPUs; all CPU numbers of events must be less.
  ///   - seed: Seed of the random choices among objects from before the start.
  /// - Throws: `EngineError` if the machine is too large.
  /// - Complexity: O(objects x log(objects)).
  package init(of kernel: Snapshot, policy: Policy, cpuCount: Int, seed: UInt64 = 1) throws {
    self.policy = policy
    var names: [String: Int] = [:]
    for cache in kernel.caches { names[cache.name, default: 0] += 1 }
    let caches = kernel.caches.filter { names[$0.name] == 1 }
    cacheNames = Set(caches.map(\.name))
    omittedCaches = names.filter { $0.value > 1 }.keys.sorted()
    objects = MirrorObjects(caches, cpuCount: cpuCount)
    symbols = objects.ownSymbols
    let start = StartingState(caches, cpus: cpuCount)
    let bytes = min(2 * kernel.slabBytes + KernelMirror.spareBytes, EngineConfiguration.memoryRange.upperBound)
    playerEvents = LiveEvents(symbols: symbols, cpuCount: cpuCount)
    modelEvents = LiveEvents(symbols: symbols, cpuCount: cpuCount)
    var linux = Policy.linux
    linux.slub?.variant = start.variant
    model = try PolicyPlayer(
      modelEvents, policy: policy.slub == nil ? linux : policy, memoryBytes: bytes, seed: seed, verification: .off,
      start: start)
    player =
      policy.slub == nil
      ? try PolicyPlayer(
        playerEvents, policy: policy, memoryBytes: bytes, seed: seed, verification: .sampled, start: start)
      : nil
    startBytes = caches.reduce(0) { $0 + $1.slabBytes }
    modelStartBytes = Snapshot(model.sample()).slabBytes
    startRoundingBytes = mirrorSnapshot.ledger.roundingBytes
  }

  /// Plays the next events of the kernel.
  /// - Parameters:
  ///   - events: Events, in the order of the kernel's stream.
  ///   - kernelSymbols: Strings that the events index. Strings may be appended; the index of a string must not change.
  /// - Throws: Errors of the players.
  package func play(_ events: ArraySlice<AllocationEvent>, symbols kernelSymbols: [String]) throws {
    let known = symbols.count - objects.ownSymbols.count
    if kernelSymbols.count > known { symbols += kernelSymbols[known...] }
    converted.removeAll(keepingCapacity: true)
    objects.convert(events, symbols: kernelSymbols, into: &converted)
    try playConverted()
  }

  /// Corrects the number of objects of each cache, and compares the machines with the kernel. All events up to `time` must have
  /// been played, and none later.
  /// - Parameters:
  ///   - kernel: The kernel's caches.
  ///   - time: Time at which they were read, on the clock of the events.
  /// - Throws: Errors of the players.
  package func compare(with kernel: Snapshot, at time: UInt64) throws -> MirrorComparison {
    var kernel = kernel
    kernel.caches.removeAll { !cacheNames.contains($0.name) }
    converted.removeAll(keepingCapacity: true)
    objects.correct(to: kernel.caches, at: time, into: &converted)
    try playConverted()
    model.advance(to: time)
    let modelSnapshot = Snapshot(model.sample())
    modelError.add(modelBytes: modelSnapshot.slabBytes, kernelBytes: kernel.slabBytes)
    var mirror = mirrorSnapshot
    if player != nil { kernel.caches = kernel.caches.combiningKmallocKinds() }
    (mirror.policy, mirror.workload) = (policy.name, kernel.workload)
    return MirrorComparison(
      kernel: kernel, mirror: mirror, mirrorRoundingBytes: mirror.ledger.roundingBytes - startRoundingBytes,
      modelBytes: modelSnapshot.slabBytes, startBytes: startBytes, modelStartBytes: modelStartBytes,
      modelError: modelError, counts: objects.counts, omittedCaches: omittedCaches)
  }

  /// The machine under the policy, without blocks of pages for large requests.
  private var mirrorSnapshot: Snapshot {
    let sample = player?.sample() ?? model.sample()
    var snapshot = Snapshot(sample)
    snapshot.ledger[.livePayload] -= sample.largeRequestedBytes
    snapshot.ledger[.rounding] -= sample.largeBlockBytes - sample.largeRequestedBytes
    (snapshot.largeObjects, snapshot.largeBytes) = (nil, nil)
    return snapshot
  }

  /// Plays the converted events on both machines.
  private func playConverted() throws {
    guard !converted.isEmpty else { return }
    modelEvents.add(converted, symbols: symbols)
    var left = converted.count
    while left > 0 { left -= try played(model.play(upTo: left)) }
    guard player != nil else { return }
    playerEvents.add(converted, symbols: symbols)
    left = converted.count
    while left > 0 { left -= try played(player?.play(upTo: left) ?? 0) }
    if let damage = player?.progress.firstMismatch { throw MirrorError.damagedObject(damage) }
  }

  /// Returns the number of events that a player has played, which is not 0 while events are left.
  private func played(_ count: Int) throws -> Int {
    guard count > 0 else { throw MirrorError.playerStopped }
    return count
  }
}

extension ByteLedger {
  /// Bytes of live objects beyond the requested ones.
  fileprivate var roundingBytes: Int { self[.rounding] + self[.alignmentAndMetadata] }
}

/// Error of a mirror.
enum MirrorError: Error, CustomStringConvertible {
  /// A player has not played an event although events were left.
  case playerStopped
  /// The stamp of an object was overwritten.
  case damagedObject(String)

  /// Description in one clause.
  var description: String {
    switch self {
    case .playerStopped: "a player of the mirror stopped before the last event"
    case .damagedObject(let damage): "the mirror is damaged: \(damage)"
    }
  }
}
