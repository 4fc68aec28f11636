public import Recordings
public import Telemetry
import Workloads

/// The slab memory of the kernel that a recording was made on, over the time of the recording: the curve that a replay's own is
/// compared with. It is made of the samples of /proc/slabinfo beside the events.
///
/// It counts the caches that a replay of the recording has: those that the recording names, and kmalloc's. Blocks of pages for
/// requests too large for slabs are in neither. Between two samples the kernel's slabs are not known; there the curve is the
/// line from one to the next.
public struct KernelSlabCurve: Sendable {
  /// Slabs of a cache, or of several.
  private struct Slabs {
    var slabs = 0
    var bytes = 0

    static func + (one: Slabs, other: Slabs) -> Slabs {
      Slabs(slabs: one.slabs + other.slabs, bytes: one.bytes + other.bytes)
    }
  }

  /// The kernel's caches at a sample.
  private struct Sample {
    var time: UInt64
    var caches: [String: Slabs]
    var bytes: Int { caches.values.reduce(0) { $0 + $1.bytes } }
  }

  /// In order of time.
  private let samples: [Sample]
  /// When the first event happened.
  private let start: UInt64
  /// Whether all kinds of a size's kmalloc caches are one cache in the replay.
  private let joinsKmallocKinds: Bool
  /// Bytes of slabs before the first event that the replay did not have; nil if it began as the kernel's caches were.
  private var bytesNotReplayed: Int?

  /// The curve of a recording with samples of /proc/slabinfo; nil for a workload, and for a recording without samples.
  /// - Parameters:
  ///   - joiningKmallocKinds: whether all kinds of a size's kmalloc caches are one cache in the replay, as on the engine.
  ///   - replayBytes: bytes of slabs that the replay had before the first event, if it began on an empty machine: the curve is
  ///     compared from there on. nil if it began as the kernel's caches were.
  /// - Throws: what reading the samples throws.
  public init?(
    _ source: any AllocationEventSource, joiningKmallocKinds: Bool = false, replayBytes: Int? = nil
  ) throws {
    guard let recording = source as? Recording else { return nil }
    let account: KernelSamples
    do {
      account = try KernelSamples(recording)
    } catch ModelValidationError.noSamples {
      return nil
    }
    let (symbols, joins) = (Set(recording.symbols), joiningKmallocKinds)
    func slabs(_ counts: [String: KernelSamples.Count]) -> [String: Slabs] {
      var result: [String: Slabs] = [:]
      for (name, count) in counts where symbols.contains(name) || KmallocKind.parse(name)?.kind == .normal {
        let key = joins ? KernelSamples.family(of: name) : name
        result[key, default: Slabs()] = result[key, default: Slabs()] + Slabs(slabs: count.slabs, bytes: count.bytes)
      }
      return result
    }
    start = account.startTime
    joinsKmallocKinds = joins
    let first = Sample(time: max(account.timeBefore, account.startTime), caches: slabs(account.before))
    samples = [first] + account.moments.map { Sample(time: $0.time, caches: slabs($0.caches)) }
    bytesNotReplayed = replayBytes.map { first.bytes - $0 }
  }

  /// Adds the kernel's slabs at a time on the recording's clock, in microseconds, to a replay's snapshot. Outside the samples
  /// they are not known, and the snapshot says so.
  public func add(to snapshot: inout Snapshot, at time: UInt64) {
    guard let next = samples.firstIndex(where: { $0.time >= time }), next > 0 || samples[0].time == time else { return }
    let (after, before) = (samples[next], samples[max(0, next - 1)])
    let width = after.time - before.time
    let share = width == 0 ? 1 : Double(time - before.time) / Double(width)
    func between(_ old: Int, _ new: Int) -> Int { old + Int((Double(new - old) * share).rounded()) }
    snapshot.kernelSlabBytes = between(before.bytes, after.bytes)
    snapshot.kernelSlabBytesNotReplayed = bytesNotReplayed
    for index in snapshot.caches.indices {
      let name = name(of: snapshot.caches[index])
      guard before.caches[name] != nil || after.caches[name] != nil else { continue }
      let (old, new) = (before.caches[name] ?? Slabs(), after.caches[name] ?? Slabs())
      snapshot.caches[index].kernelSlabs = between(old.slabs, new.slabs)
      snapshot.caches[index].kernelSlabBytes = between(old.bytes, new.bytes)
    }
  }

  /// The kernel's name of a replay's cache.
  private func name(of cache: CacheSnapshot) -> String {
    joinsKmallocKinds && cache.isGeneral ? KmallocKind.normal.cacheName(bytes: cache.objectSize) : cache.name
  }
}
