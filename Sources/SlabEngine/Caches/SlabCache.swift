internal import Glibc
internal import Synchronization

/// A cache of objects of one size: the kernel's `struct kmem_cache *`. A trivial handle, valid as long as its engine
/// lives and the cache is not destroyed.
public struct SlabCache: Sendable, Hashable {
  // Sound to share: see CacheDescriptor.
  nonisolated(unsafe) let descriptor: UnsafeMutablePointer<CacheDescriptor>
  /// Where the CPUs keep their lines of this cache.
  @usableFromInline let index: Int

  init(descriptor: UnsafeMutablePointer<CacheDescriptor>) {
    self.descriptor = descriptor
    index = descriptor.pointee.index
  }

  /// The name it was created under.
  public var name: String { String(cString: descriptor.pointee.name) }
  /// Bytes an owner may use of each object.
  public var objectSize: Int { descriptor.pointee.objectSize }
  /// Whether it serves `EngineCPU.allocate(bytes:)`.
  public var isGeneral: Bool { descriptor.pointee.isGeneral }
  /// Rounds up to which a CPU fills a magazine at present.
  public var magazineCapacity: Int { descriptor.pointee.magazineCapacity.load(ordering: .relaxed) }
}
