/// Context with the properties of its cache, as the BPF program `slab_traffic` stores it (`struct context_record`).
struct TrafficRecord: Hashable {
  /// Kinds of general caches, in the order of the program's constants.
  enum Kind: UInt64 { case normal, reclaimable, cgroup, dma }

  /// Address of the call site.
  var site: UInt64
  /// Address of the cache, or the raw value of a ``Kind``.
  var cache: UInt64
  /// Requested and allocated bytes. Of a named cache, the size and the stride of its objects.
  var requestedBytes, allocatedBytes: Int
  /// Bytes in use of skb data; nil if not known.
  var usedBytes: Int?
  /// Number of the call stack; nil if not recorded.
  var stack: Int?
  /// Name of the cache; empty for general caches.
  var cacheName = ""

  /// Size in bytes.
  static let bytes = 88
  private static let nameOffset = 44

  /// Creates a record.
  init(site: UInt64, cache: UInt64, requestedBytes: Int, allocatedBytes: Int, cacheName: String = "") {
    (self.site, self.cache, self.cacheName) = (site, cache, cacheName)
    (self.requestedBytes, self.allocatedBytes) = (requestedBytes, allocatedBytes)
  }

  /// Decodes a record; nil if it is not complete.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= TrafficRecord.bytes else { return nil }
    func number(_ offset: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    guard number(40) != 0 else { return nil }
    site = bytes.loadUnaligned(as: UInt64.self)
    cache = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    let isGeneral = Kind(rawValue: cache) != nil
    (requestedBytes, allocatedBytes) = isGeneral ? (number(16), number(20)) : (number(32), number(36))
    usedBytes = number(24) == 0 ? nil : number(24)
    let stack = Int(bytes.loadUnaligned(fromByteOffset: 28, as: Int32.self))
    self.stack = stack < 0 ? nil : stack
    if !isGeneral {
      let name = bytes[TrafficRecord.nameOffset..<TrafficRecord.bytes]
      cacheName = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Kind of the general caches; nil for a named cache.
  var kind: Kind? { Kind(rawValue: cache) }
}
