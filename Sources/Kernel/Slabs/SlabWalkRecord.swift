import Telemetry

/// One record of the BPF program `slab_walk`, as its source lays them out (Program/slab_walk.bpf.c): a kind and a length of 16
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

  /// A cache, before its nodes and bins.
  struct Cache {
    var parameters = SlabCacheParameters()
    var knowsAllSlabs = false
    /// Whether all lists were walked to their ends.
    var knowsLists = false
    var knowsObjectsOnCPUs = false
    /// Caches that are merged into it, and others that hold it.
    var references = 0
    var objectsInSheaves = 0
    /// Walks of its lists that were repeated because the lists changed.
    var repeats = 0
    /// Lists that changed during every walk: their figures are not exact.
    var overtaken = 0
    /// Where the name lies in the bytes.
    var name = 0..<0
  }

  /// Identifies a cache within one pass over all caches; the kernel's addresses serve nothing else.
  struct Identity: Hashable {
    let address: UInt64
    let previous: UInt64
    let next: UInt64
  }

  /// The first field of each record.
  private enum Kind: UInt16 { case cache = 1, node, bin }
  // Lengths of the records, and flags of caches, as the program defines them.
  private static let cacheBytes = 96
  private static let nodeBytes = 32
  private static let binBytes = 16
  /// More slabs than a machine can have (`SlabOccupancy.isPossible`): products with larger numbers could overflow before that is
  /// checked.
  private static let mostSlabs = 1 << 33
  private static let knowsAllSlabs: UInt32 = 256
  private static let knowsCPUs: UInt32 = 512
  private static let knowsFreeOnCPUs: UInt32 = 1024
  private static let knowsNodes: UInt32 = 2048

  /// The length of the record at an offset, with the name that follows a cache; nil if no whole record is there.
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

  /// The identity of the cache whose record is at an offset; nil for a record of another kind. The record must be whole.
  static func identity(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Identity? {
    guard number(offset, UInt16.self, bytes) == Kind.cache.rawValue else { return nil }
    return Identity(
      address: number(offset + 8, UInt64.self, bytes), previous: number(offset + 16, UInt64.self, bytes),
      next: number(offset + 24, UInt64.self, bytes))
  }

  /// Decodes the record at an offset, which must be whole (`length`).
  init(at offset: Int, in bytes: UnsafeRawBufferPointer) {
    func figure(_ place: Int) -> Int { Int(SlabWalkRecord.number(offset + place, UInt32.self, bytes)) }
    func long(_ place: Int) -> Int {
      Int(clamping: SlabWalkRecord.number(offset + place, UInt64.self, bytes) & (1 << 48 - 1))
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
      // A cache that is never merged may have a negative count.
      cache.parameters.mergedCaches = max(0, Int(Int32(truncatingIfNeeded: cache.references)) - 1)
      (cache.repeats, cache.overtaken) = (figure(80), figure(84))
      let name = bytes[(offset + SlabWalkRecord.cacheBytes)..<(offset + SlabWalkRecord.cacheBytes + figure(88))]
      cache.name = name.startIndex..<(name.firstIndex(of: 0) ?? name.endIndex)
      self = .cache(cache)
    }
  }

  /// Loads a number; the caller has made sure that the record is whole.
  @inline(__always)
  private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, _: Number.Type, _ bytes: UnsafeRawBufferPointer
  ) -> Number {
    bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
  }
}
