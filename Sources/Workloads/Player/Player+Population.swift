extension Player {
  /// The slabs and objects that a kernel's cache had before a recording began.
  package struct Population: Sendable, Hashable {
    /// Name of the cache. The name of a general cache has its size, but not its kind.
    package var name: String
    /// Object size in bytes.
    package var objectSize: Int
    /// Bytes from one object to the next.
    package var stride: Int
    /// Slabs of the cache.
    package var slabs: [Slabs]
    /// Whether the cache serves kmalloc.
    package var isGeneral: Bool
    /// Bytes of the kernel's slabs, including empty ones.
    package var slabBytes: Int

    /// Slabs that have room for the same number of objects and the same number of live objects.
    package struct Slabs: Sendable, Hashable {
      /// Number of objects that fit in a slab.
      package var objects: Int
      /// Number of live objects in a slab.
      package var inUse: Int
      /// Number of slabs.
      package var count: Int

      /// Creates slabs from their figures.
      package init(objects: Int, inUse: Int, count: Int) {
        (self.objects, self.inUse, self.count) = (objects, inUse, count)
      }
    }

    /// Number of objects that fit in all slabs together.
    package var total: Int { slabs.reduce(0) { $0 + $1.objects * $1.count } }

    /// Creates a population from its figures.
    package init(name: String, objectSize: Int, stride: Int, slabs: [Slabs], isGeneral: Bool, slabBytes: Int = 0) {
      (self.name, self.objectSize, self.stride) = (name, objectSize, stride)
      (self.slabs, self.isGeneral, self.slabBytes) = (slabs, isGeneral, slabBytes)
    }

    /// Adds the slabs of another cache of the same size.
    mutating func add(_ population: Population) {
      slabs += population.slabs
      slabBytes += population.slabBytes
    }
  }
}
