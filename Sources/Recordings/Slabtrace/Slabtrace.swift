/// Constants of the .slabtrace format, as the article <doc:Slabtrace> describes it.
package enum Slabtrace {
  /// The first eight bytes: no text file starts so, and a transfer that changes line ends damages it visibly.
  static let magic: [UInt8] = [0x8A] + Array("SLAB\r\n".utf8) + [0x1A]
  /// The version that this code writes, and the latest that it reads.
  ///
  /// Version 1 has no uses of objects; it is read as a file in which none is known.
  static let version = 2
  /// Events in one block.
  static let eventsPerBlock = 8192

  enum BlockType: UInt8 {
    case header = 0x48  // H
    case events = 0x45  // E
    case sample = 0x53  // S
    case end = 0x5A  // Z
  }

  /// What an event is apart from when, where and which object: interned, since few different ones occur.
  struct Shape: Hashable {
    var kind: AllocationEvent.Kind
    var outcome: AllocationEvent.Outcome
    var site: UInt32
    var cache: UInt32
    var requestedBytes: UInt32
    var allocatedBytes: UInt32
    /// Whether each event says how many bytes of the object that ends were in use.
    var knowsUse: Bool

    /// The bit of the tag that says `knowsUse`.
    private static let useTag: UInt8 = 0x80

    init(_ event: AllocationEvent) {
      kind = event.kind
      outcome = event.outcome
      site = event.site
      cache = event.cache
      requestedBytes = event.requestedBytes
      allocatedBytes = event.allocatedBytes
      knowsUse = Shape.endsObject(event.outcome) && (event.usedBytes ?? 0) > 0
    }

    /// Whether an event of this outcome ends an object, whose use it may tell.
    private static func endsObject(_ outcome: AllocationEvent.Outcome) -> Bool {
      outcome == .freed || outcome == .allocatedOverLive
    }

    init?(_ reader: inout ByteReader, symbols: Int) {
      guard
        let type = reader.byte(), let kind = AllocationEvent.Kind(rawValue: type & 3),
        let outcome = AllocationEvent.Outcome(rawValue: (type & ~Shape.useTag) >> 2),
        let site = reader.varint(as: UInt32.self, below: symbols),
        let cache = reader.varint(as: UInt32.self, below: symbols + 1), let requested = reader.varint(as: UInt32.self),
        let allocated = reader.varint(as: UInt32.self)
      else { return nil }
      self.kind = kind
      self.outcome = outcome
      self.site = site
      self.cache = cache == 0 ? AllocationEvent.noCache : cache - 1
      requestedBytes = requested
      allocatedBytes = allocated
      knowsUse = type & Shape.useTag != 0
      guard isPossible else { return nil }
    }

    func write(to writer: inout ByteWriter) {
      writer.bytes.append(tag)
      writer.varint(UInt64(site))
      writer.varint(cache == AllocationEvent.noCache ? 0 : UInt64(cache) + 1)
      writer.varint(UInt64(requestedBytes))
      writer.varint(UInt64(allocatedBytes))
    }

    private var tag: UInt8 { kind.rawValue | outcome.rawValue << 2 | (knowsUse ? Shape.useTag : 0) }

    /// One word hashes faster than six, and looking a shape up is most of what writing an event costs.
    func hash(into hasher: inout Hasher) {
      let sizes = UInt64(requestedBytes) << 32 | UInt64(allocatedBytes)
      let names = UInt64(site) << 32 | UInt64(cache)
      hasher.combine(
        (sizes &* 0x9E37_79B9_7F4A_7C15 ^ names) &* 0xC6A4_A793_5BD1_E995 ^ UInt64(tag))
    }

    /// Whether the outcome can be one of the kind's.
    private var isPossible: Bool {
      let allocates = kind == .kmalloc || kind == .kmemCacheAlloc
      let isAllocationsOutcome = outcome == .allocated || outcome == .allocatedOverLive || outcome == .failed
      return allocates == isAllocationsOutcome && (!knowsUse || Shape.endsObject(outcome))
    }
  }
}
