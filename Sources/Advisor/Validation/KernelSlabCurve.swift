package import Recordings
package import Telemetry
import Workloads

/// Slab memory of the recorded kernel over time, for comparison with that of a replay. It is interpolated linearly between the
/// samples of /proc/slabinfo in the recording.
///
/// It contains the caches that a replay has: those that the events name, and the normal kmalloc caches. Blocks of pages for
/// requests that are too large for slabs are not included.
package struct KernelSlabCurve: Sendable {
  /// Number and bytes of slabs.
  private struct Slabs {
    var slabs = 0
    var bytes = 0

    static func + (one: Slabs, other: Slabs) -> Slabs {
      Slabs(slabs: one.slabs + other.slabs, bytes: one.bytes + other.bytes)
    }
  }

  /// Slabs of the kernel's caches, by name, in one sample.
  private struct Sample {
    var time: UInt64
    var caches: [String: Slabs]
    var bytes: Int { caches.values.reduce(0) { $0 + $1.bytes } }
  }

  /// Samples in order of time.
  private let samples: [Sample]
  /// Time of the first event.
  private let start: UInt64
  /// Whether the replay has a single kmalloc cache for each size.
  private let combinesKmallocKinds: Bool
  /// Bytes of the kernel's slabs before the first event that the replay does not have; nil if the replay started from the state
  /// of the kernel's caches.
  private var bytesNotReplayed: Int?

  /// Creates the curve of a recording.
  ///
  /// Returns nil for a workload and for a recording without samples of /proc/slabinfo.
  /// - Parameters:
  ///   - source: Source that is replayed.
  ///   - joiningKmallocKinds: Whether the replay has a single kmalloc cache for each size, like the engine.
  ///   - replayBytes: Bytes of slabs of the replay before the first event, if it starts on an empty machine; nil if it starts from
  ///     the state of the kernel's caches.
  /// - Throws: Errors of reading the samples.
  package init?(
    _ source: any AllocationEventSource, joiningKmallocKinds: Bool = false, replayBytes: Int? = nil
  ) throws {
    guard let recording = source as? Recording else { return nil }
    let kernel: KernelSamples
    do {
      kernel = try KernelSamples(recording)
    } catch ModelValidationError.noSamples {
      return nil
    }
    let (symbols, joins) = (Set(recording.symbols), joiningKmallocKinds)
    func slabs(_ counts: [String: KernelSamples.CacheCounts]) -> [String: Slabs] {
      var result: [String: Slabs] = [:]
      for (name, count) in counts where symbols.contains(name) || KmallocKind.parse(name)?.kind == .normal {
        let key = joins ? KernelSamples.family(of: name) : name
        result[key, default: Slabs()] = result[key, default: Slabs()] + Slabs(slabs: count.slabs, bytes: count.bytes)
      }
      return result
    }
    start = kernel.startTime
    combinesKmallocKinds = joins
    let first = Sample(time: max(kernel.initialTime, kernel.startTime), caches: slabs(kernel.initialCaches))
    samples = [first] + kernel.laterSamples.map { Sample(time: $0.time, caches: slabs($0.caches)) }
    bytesNotReplayed = replayBytes.map { first.bytes - $0 }
  }

  /// Adds the kernel's slabs at a time to the snapshot of a replay. Outside the period of the samples, the snapshot is unchanged.
  /// - Parameters:
  ///   - snapshot: Snapshot of the replay, which is changed.
  ///   - time: Time on the recording's clock in microseconds.
  package func add(to snapshot: inout Snapshot, at time: UInt64) {
    guard let next = samples.firstIndex(where: { $0.time >= time }), next > 0 || samples[0].time == time else { return }
    let (after, before) = (samples[next], samples[max(0, next - 1)])
    let width = after.time - before.time
    let share = width == 0 ? 1 : Double(time - before.time) / Double(width)
    func interpolated(_ old: Int, _ new: Int) -> Int { old + Int((Double(new - old) * share).rounded()) }
    snapshot.kernelSlabBytes = interpolated(before.bytes, after.bytes)
    snapshot.kernelSlabBytesNotReplayed = bytesNotReplayed
    for index in snapshot.caches.indices {
      let name = name(of: snapshot.caches[index])
      guard before.caches[name] != nil || after.caches[name] != nil else { continue }
      let (old, new) = (before.caches[name] ?? Slabs(), after.caches[name] ?? Slabs())
      snapshot.caches[index].kernelSlabs = interpolated(old.slabs, new.slabs)
      snapshot.caches[index].kernelSlabBytes = interpolated(old.bytes, new.bytes)
    }
  }

  /// Returns the kernel's name of a cache of the replay.
  private func name(of cache: CacheSnapshot) -> String {
    combinesKmallocKinds && cache.isGeneral ? KmallocKind.normal.cacheName(bytes: cache.objectSize) : cache.name
  }
}
