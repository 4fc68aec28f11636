import Telemetry

/// Record of the BPF program `slab_walk`, in the layout of its source (Program/slab_walk.bpf.c): a kind and a length of 16
/// bits each, then 32-bit and 64-bit figures.
///
///     cache   0 kind  2 bytes  4 flags  8 cache  16 previous  24 next  32 object size, stride, alignment, user bytes, preferred,
///             minimum, 56 min_partial, cpu_partial, cpu_partial_slabs, sheaf capacity, references, free in sheaves,
///             80 repeats  84 overtaken  88 bytes of the name, which follows
///     node    0 kind  2 bytes  4 node  8 slabs  16 objects  24 partial slabs
///     bin     0 kind  2 bytes  4 list  5 order  6 node  8 objects  10 in use  12 slabs
enum SlabWalkRecord {
  case cache(Cache)
  case node(slabs: Int, objects: Int)
  case bin(SlabGroup)

  /// Record of a cache, which precedes the records of its nodes and bins.
  struct Cache {
    var parameters = SlabCacheParameters()
    /// Whether the kernel counts all slabs of the cache (CONFIG_SLUB_DEBUG).
    var knowsAllSlabs = false
    /// Whether all lists were walked to their ends.
    var knowsLists = false
    /// Whether the number of free objects on CPUs is known.
    var knowsObjectsOnCPUs = false
    /// Reference count of the cache: itself, the caches that are merged into it, and temporary users.
    var references = 0
    var objectsInSheaves = 0
    /// Number of walks that were repeated because the list changed.
    var repeatedWalks = 0
    /// Number of lists that changed during every walk. Their figures are not exact.
    var inconsistentLists = 0
    /// Range of the name in the bytes.
    var name = 0..<0
  }

  /// Identity of a cache within a pass: the kernel's addresses of the cache and its neighbours in the list of caches.
  struct Identity: Hashable {
    let address: UInt64
    let previous: UInt64
    let next: UInt64
  }

  /// Kind of a record, its first field.
  private enum Kind: UInt16 { case cache = 1, node, bin }
  // Lengths of the records and flags of caches, defined by the program.
  private static let cacheBytes = 96
  private static let nodeBytes = 32
  private static let binBytes = 16
  /// Limit of the number of slabs, more than a machine can have (`SlabOccupancy.isPossible`). It prevents overflow in products
  /// that are computed before that check.
  private static let mostSlabs = 1 << 33
  private static let knowsAllSlabs: UInt32 = 256
  private static let knowsCPUs: UInt32 = 512
  private static let knowsFreeOnCPUs: UInt32 = 1024
  private static let knowsNodes: UInt32 = 2048

  /// Returns the length of the record at an offset, including the name after a cache; nil if there is no complete record.
  static func length(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard offset + 8 <= bytes.count else { return nil }
    let length = Int(number(offset + 2, UInt16.self, bytes))
    switch Kind(rawValue: number(offset, UInt16.self, bytes)) {
    case .cache:
      guard length == cacheBytes, offset + length <= bytes.count else { return nil }
      let whole = length + Int(number(offset + 88, UInt32.self, bytes))
      return offset + whole <= bytes.count ? whole : nil
    case .node: return length == nodeBytes && offset + length <= bytes.count ? length : nil
    case .bin: return length == binBytes && offset + length <= bytes.count ? length : nil
    case nil: return nil
    }
  }

  /// Returns the identity of the cache whose record is at an offset; nil for a record of another kind.
  /// - Precondition: `length(at:in:)` is not nil for the offset.
  static func identity(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Identity? {
    guard number(offset, UInt16.self, bytes) == Kind.cache.rawValue else { return nil }
    return Identity(
      address: number(offset + 8, UInt64.self, bytes), previous: number(offset + 16, UInt64.self, bytes),
      next: number(offset + 24, UInt64.self, bytes))
  }

  /// Decodes the record at an offset.
  /// - Precondition: `length(at:in:)` is not nil for the offset.
  init(at offset: Int, in bytes: UnsafeRawBufferPointer) {
    func figure(_ field: Int) -> Int { Int(SlabWalkRecord.number(offset + field, UInt32.self, bytes)) }
    func long(_ field: Int) -> Int {
      Int(clamping: SlabWalkRecord.number(offset + field, UInt64.self, bytes) & (1 << 48 - 1))
    }
    switch Kind(rawValue: SlabWalkRecord.number(offset, UInt16.self, bytes)) {
    case .node: self = .node(slabs: min(long(8), SlabWalkRecord.mostSlabs), objects: long(16))
    case .bin:
      self = .bin(
        SlabGroup(
          list: SlabGroup.List(rawValue: bytes[offset + 4]) ?? .node,
          node: Int(SlabWalkRecord.number(offset + 6, UInt16.self, bytes)), order: Int(bytes[offset + 5] & 15),
          objects: figure(8) & 0xffff, objectsInUse: min(figure(8) >> 16, figure(8) & 0xffff), slabs: figure(12)))
    case .cache, nil:
      var cache = Cache()
      let flags = UInt32(figure(4))
      cache.knowsAllSlabs = flags & SlabWalkRecord.knowsAllSlabs != 0
      cache.knowsLists = flags & SlabWalkRecord.knowsCPUs != 0 && flags & SlabWalkRecord.knowsNodes != 0
      cache.knowsObjectsOnCPUs = flags & SlabWalkRecord.knowsFreeOnCPUs != 0
      cache.parameters.flags = SlabCacheParameters.Flags(rawValue: flags & 0xff)
      (cache.parameters.objectSize, cache.parameters.stride) = (figure(32), figure(36))
      (cache.parameters.alignment, cache.parameters.userBytes) = (figure(40), figure(44))
      cache.parameters.preferredOrder = figure(48) >> 16 & 15
      cache.parameters.objectsPerPreferredSlab = figure(48) & 0xffff
      cache.parameters.minimumOrder = figure(52) >> 16 & 15
      cache.parameters.objectsPerMinimumSlab = figure(52) & 0xffff
      (cache.parameters.minPartial, cache.parameters.cpuPartial) = (figure(56), figure(60))
      (cache.parameters.cpuPartialSlabs, cache.parameters.sheafCapacity) = (figure(64), figure(68))
      (cache.references, cache.objectsInSheaves) = (figure(72), figure(76))
      // The reference count of a cache that is never merged may be negative.
      cache.parameters.mergedCaches = max(0, Int(Int32(truncatingIfNeeded: cache.references)) - 1)
      (cache.repeatedWalks, cache.inconsistentLists) = (figure(80), figure(84))
      let name = bytes[(offset + SlabWalkRecord.cacheBytes)..<(offset + SlabWalkRecord.cacheBytes + figure(88))]
      cache.name = name.startIndex..<(name.firstIndex(of: 0) ?? name.endIndex)
      self = .cache(cache)
    }
  }

  /// Loads a number of a record that the caller knows to be complete.
  @inline(__always)
  private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, _: Number.Type, _ bytes: UnsafeRawBufferPointer
  ) -> Number {
    bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
  }
}
