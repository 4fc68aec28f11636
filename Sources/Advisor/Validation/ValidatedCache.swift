import Workloads

/// One cache of a `ModelValidation`: its change since before the first event at each sample, in the kernel and in the
/// replay.
public struct ValidatedCache: Sendable, Hashable, Encodable {
  /// A change of a cache.
  public struct Change: Sendable, Hashable, Encodable {
    /// Objects that the slabs hold room for.
    public var objects = 0
    /// Slabs.
    public var slabs = 0
    /// Bytes of slabs.
    public var bytes = 0
  }

  /// Absolute differences between the replay's and the kernel's bytes.
  public struct Error: Sendable, Hashable, Encodable {
    /// Their mean over the samples, in bytes.
    public var mean = 0.0
    /// The greatest one, in bytes.
    public var worst = 0
  }

  /// The cache's name, as slabinfo has it; if kmalloc's kinds are not told apart, `kmalloc-N` is all of a size's caches.
  public let cache: String
  /// Whether it is one of the networking caches.
  public let isNetworking: Bool
  /// Allocations that the recording has.
  public let allocations: Int
  /// Those of them that are never seen freed.
  public let unseen: Int
  /// In the kernel, at each sample.
  public let kernel: [Change]
  /// In the replay, at each sample.
  public let model: [Change]
  /// How far the replay's bytes are from the kernel's.
  public let error: Error

  /// nil if slabinfo does not list the cache.
  init?(
    _ name: String, _ traffic: RecordedCaches.Cache, _ account: KernelSamples, _ counts: [[String: ModelReplay.Count]]
  ) {
    guard let before = account.before[name] else { return nil }
    cache = name
    isNetworking = NetworkingCaches.contains(name)
    (allocations, unseen) = (traffic.allocations, traffic.unseen)
    kernel = account.moments.map { moment in
      let now = moment.caches[name] ?? before
      return Change(
        objects: now.objects - before.objects, slabs: now.slabs - before.slabs, bytes: now.bytes - before.bytes)
    }
    let first = counts[0][name] ?? ModelReplay.Count()
    model = counts.dropFirst().map { counts in
      let now = counts[name] ?? ModelReplay.Count()
      return Change(
        objects: now.objects - first.objects, slabs: now.slabs - first.slabs, bytes: now.bytes - first.bytes)
    }
    error = Error(zip(model, kernel).map { abs($0.bytes - $1.bytes) })
  }

  /// A cache with changes that are known.
  init(name: String, kernel: [Change], model: [Change]) {
    cache = name
    isNetworking = NetworkingCaches.contains(name)
    (allocations, unseen, self.kernel, self.model) = (0, 0, kernel, model)
    error = Error(zip(model, kernel).map { abs($0.bytes - $1.bytes) })
  }

  private enum CodingKeys: String, CodingKey {
    case cache, allocations, unseen, kernel, model, error
    case isNetworking = "networking"
  }
}

extension ValidatedCache.Error {
  /// The mean and the greatest of differences, one a sample.
  init(_ differences: [Int]) {
    mean = differences.isEmpty ? 0 : Double(differences.reduce(0, +)) / Double(differences.count)
    worst = differences.max() ?? 0
  }
}
