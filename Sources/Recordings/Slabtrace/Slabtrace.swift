/// Constants and event shapes of the .slabtrace format, which the article <doc:SlabtraceFormat> describes.
package enum Slabtrace {
  /// First eight bytes of a file. They occur in no text file, and a transfer that converts line ends changes them.
  static let magic: [UInt8] = [0x8A] + Array("SLAB\r\n".utf8) + [0x1A]
  /// Version that is written, and the latest version that is read. Version 1 has no `usedBytes`; they are read as unknown.
  static let version = 2
  /// Maximum number of events in a block.
  static let eventsPerBlock = 8192

  enum BlockType: UInt8 {
    case header = 0x48  // H
    case events = 0x45  // E
    case sample = 0x53  // S
    case end = 0x5A  // Z
  }

  /// Fields of an event except time, CPU, slot and `usedBytes`. Shapes are interned, because few different ones occur.
  package struct Shape: Hashable, Sendable {
    /// Tracepoint.
    package var kind: AllocationEvent.Kind
    /// Effect on the set of live objects.
    package var outcome: AllocationEvent.Outcome
    /// Call site, an index into the symbols.
    package var site: UInt32
    /// Cache, an index into the symbols, or `AllocationEvent.noCache`.
    package var cache: UInt32
    /// Requested bytes; 0 for frees.
    package var requestedBytes: UInt32
    /// Allocated bytes; 0 for frees.
    package var allocatedBytes: UInt32
    /// Whether each event of this shape has `usedBytes`.
    var hasUsedBytes: Bool

    /// Bit of the tag that stores `hasUsedBytes`.
    private static let usedBytesTag: UInt8 = 0x80

    init(_ event: AllocationEvent) {
      kind = event.kind
      outcome = event.outcome
      site = event.site
      cache = event.cache
      requestedBytes = event.requestedBytes
      allocatedBytes = event.allocatedBytes
      hasUsedBytes = Shape.endsObject(event.outcome) && (event.usedBytes ?? 0) > 0
    }

    /// Returns whether an event with this outcome ends an object, so that it may have `usedBytes`.
    private static func endsObject(_ outcome: AllocationEvent.Outcome) -> Bool {
      outcome == .freed || outcome == .allocatedOverLive
    }

    /// Reads a shape; nil if the bytes violate the format.
    /// - Parameter symbols: Number of symbols that are defined so far.
    init?(_ reader: inout ByteReader, symbols: Int) {
      guard
        let type = reader.byte(), let kind = AllocationEvent.Kind(rawValue: type & 3),
        let outcome = AllocationEvent.Outcome(rawValue: (type & ~Shape.usedBytesTag) >> 2),
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
      hasUsedBytes = type & Shape.usedBytesTag != 0
      guard isPossible else { return nil }
    }

    func write(to writer: inout ByteWriter) {
      writer.bytes.append(tag)
      writer.varint(UInt64(site))
      writer.varint(cache == AllocationEvent.noCache ? 0 : UInt64(cache) + 1)
      writer.varint(UInt64(requestedBytes))
      writer.varint(UInt64(allocatedBytes))
    }

    private var tag: UInt8 { kind.rawValue | outcome.rawValue << 2 | (hasUsedBytes ? Shape.usedBytesTag : 0) }

    /// Hashes one word instead of seven fields, because looking up the shape takes most of the time of writing an event.
    package func hash(into hasher: inout Hasher) {
      let sizes = UInt64(requestedBytes) << 32 | UInt64(allocatedBytes)
      let names = UInt64(site) << 32 | UInt64(cache)
      hasher.combine(
        (sizes &* 0x9E37_79B9_7F4A_7C15 ^ names) &* 0xC6A4_A793_5BD1_E995 ^ UInt64(tag))
    }

    /// Whether events of this kind can have this outcome.
    private var isPossible: Bool {
      let allocates = kind == .kmalloc || kind == .kmemCacheAlloc
      let isAllocationsOutcome = outcome == .allocated || outcome == .allocatedOverLive || outcome == .failed
      return allocates == isAllocationsOutcome && (!hasUsedBytes || Shape.endsObject(outcome))
    }
  }
}
