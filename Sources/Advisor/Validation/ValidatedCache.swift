import Workloads

/// One cache of a ``ModelValidation``: its change since the initial sample, in the kernel and in the replay.
package struct ValidatedCache: Sendable, Hashable, Encodable {
  /// Change of a cache since the initial sample.
  package struct Change: Sendable, Hashable, Encodable {
    /// Number of objects that the slabs have room for.
    package var objects = 0
    /// Number of slabs.
    package var slabs = 0
    /// Bytes of slabs.
    package var bytes = 0
  }

  /// Absolute differences between the replay and the kernel in bytes of slabs.
  package struct ByteError: Sendable, Hashable, Encodable {
    /// Mean over the samples in bytes.
    package var mean = 0.0
    /// Maximum over the samples in bytes.
    package var worst = 0
  }

  /// Name of the cache in slabinfo. If the kmalloc caches of a size are combined, this is the name of the normal one.
  package let cache: String
  /// Whether the cache is a networking cache.
  package let isNetworking: Bool
  /// Number of allocations in the recording.
  package let allocations: Int
  /// Number of allocations without an event of their free.
  package let unseenFrees: Int
  /// Change in the kernel at each sample.
  package let kernel: [Change]
  /// Change in the replay at each sample.
  package let model: [Change]
  /// Difference between the replay and the kernel.
  package let error: ByteError

  /// Compares a cache; returns nil if slabinfo does not list it.
  init?(
    _ name: String, _ traffic: RecordedTraffic.Cache, _ samples: KernelSamples, _ counts: [[String: ModelReplay.Count]]
  ) {
    guard let before = samples.initialCaches[name] else { return nil }
    cache = name
    isNetworking = NetworkingCaches.contains(name)
    (allocations, unseenFrees) = (traffic.allocations, traffic.unseenFrees)
    kernel = samples.laterSamples.map { sample in
      let now = sample.caches[name] ?? before
      return Change(
        objects: now.objects - before.objects, slabs: now.slabs - before.slabs, bytes: now.bytes - before.bytes)
    }
    let first = counts[0][name] ?? ModelReplay.Count()
    model = counts.dropFirst().map { counts in
      let now = counts[name] ?? ModelReplay.Count()
      return Change(
        objects: now.objects - first.objects, slabs: now.slabs - first.slabs, bytes: now.bytes - first.bytes)
    }
    error = ByteError(zip(model, kernel).map { abs($0.bytes - $1.bytes) })
  }

  /// Creates a cache from its changes.
  init(name: String, kernel: [Change], model: [Change]) {
    cache = name
    isNetworking = NetworkingCaches.contains(name)
    (allocations, unseenFrees, self.kernel, self.model) = (0, 0, kernel, model)
    error = ByteError(zip(model, kernel).map { abs($0.bytes - $1.bytes) })
  }

  private enum CodingKeys: String, CodingKey {
    case cache, allocations, kernel, model, error
    case unseenFrees = "unseen"
    case isNetworking = "networking"
  }
}

extension ValidatedCache.ByteError {
  /// Creates the mean and the maximum of the absolute differences at the samples.
  init(_ differences: [Int]) {
    mean = differences.isEmpty ? 0 : Double(differences.reduce(0, +)) / Double(differences.count)
    worst = differences.max() ?? 0
  }
}
