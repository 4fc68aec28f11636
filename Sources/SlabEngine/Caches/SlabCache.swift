internal import Glibc
internal import Synchronization

/// A cache of objects of one size: the kernel's `struct kmem_cache *`. The value is a trivial handle that is valid
/// while the engine lives; after `SlabEngine.destroy(_:)` allocations from it return nil. Any thread may use it.
public struct SlabCache: Sendable, Hashable {
  // Safe to share between threads: see `CacheDescriptor`.
  nonisolated(unsafe) let descriptor: UnsafeMutablePointer<CacheDescriptor>
  /// Offset of the cache's per-CPU cache in each CPU's memory.
  @usableFromInline let offset: Int

  init(descriptor: UnsafeMutablePointer<CacheDescriptor>) {
    self.descriptor = descriptor
    offset = CPUCache.offset(ofIndex: descriptor.pointee.index)
  }

  /// Index of the cache in the engine.
  var index: Int { CPUCache.index(atOffset: offset) }

  /// Name of the cache.
  public var name: String { String(cString: descriptor.pointee.name) }
  /// Size of an object in bytes that its owner may use.
  public var objectSize: Int { descriptor.pointee.objectSize }
  /// Whether this is a general cache, which serves `EngineCPU.allocate(bytes:)`.
  public var isGeneral: Bool { descriptor.pointee.isGeneral }
  /// Number of rounds up to which a CPU currently fills a magazine.
  public var magazineCapacity: Int { descriptor.pointee.magazineCapacity.load(ordering: .relaxed) }
}
