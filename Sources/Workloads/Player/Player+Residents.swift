public import SlabEngine

extension Player {
  /// What a cache held before a recording began.
  public struct Population: Sendable, Hashable {
    /// The cache's name; a general cache is named by its size alone.
    public var name: String
    /// Bytes of an object.
    public var objectSize: Int
    /// Bytes from one object to the next.
    public var stride: Int
    /// Objects that lived.
    public var live: Int
    /// Objects that the slabs had room for.
    public var total: Int
    /// Whether it serves kmalloc.
    public var isGeneral: Bool

    /// A population with every figure given.
    public init(name: String, objectSize: Int, stride: Int, live: Int, total: Int, isGeneral: Bool) {
      (self.name, self.objectSize, self.stride) = (name, objectSize, stride)
      (self.live, self.total, self.isGeneral) = (live, total, isGeneral)
    }
  }

  /// Puts objects into the engine that the kernel held when the recording began, before the first event is played: as
  /// many slabs, and as much free room in them, wherever it may have lain. Frees that name such a cache and have no object
  /// in the recording then free one of them.
  /// - Returns: the engine's cache.
  /// - Throws: `EngineError` when the cache can't be made.
  @discardableResult
  public mutating func populate(_ population: Population) throws -> SlabCache? {
    let cpu = engine.cpu(0)
    if population.isGeneral {
      fill(population, allocate: { Player.allocate(cpu, bytes: population.objectSize) })
      return nil
    }
    let cache = try makeAhead(population)
    fill(population, allocate: { Player.allocate(cpu, from: cache) })
    return cache
  }

  private static func allocate(_ cpu: EngineCPU, bytes: Int) -> UnsafeMutableRawPointer? {
    #if Capture
      cpu.allocate(bytes: bytes, site: .unknown)
    #else
      cpu.allocate(bytes: bytes)
    #endif
  }

  private static func allocate(_ cpu: EngineCPU, from cache: SlabCache) -> UnsafeMutableRawPointer? {
    #if Capture
      cpu.allocate(from: cache, site: .unknown)
    #else
      cpu.allocate(from: cache)
    #endif
  }
}
