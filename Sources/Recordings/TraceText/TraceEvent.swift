/// Parsed kmem event of a trace line. Its strings are views of the line.
struct TraceEvent {
  var kind: AllocationEvent.Kind
  var prefix: TracePrefix
  var site: ByteText?
  var pointer: UInt64 = 0
  var name: ByteText?
  var requestedBytes: UInt32 = 0
  var allocatedBytes: UInt32 = 0
  /// Kind of the kmalloc cache that served a kmalloc event; normal if the line has no flags.
  var kmallocKind = KmallocKind.normal

  /// Parses the `key=value` fields after the name of an event. Unknown fields and other words are ignored.
  static func read(_ kind: AllocationEvent.Kind, _ prefix: TracePrefix, fields: ByteText) -> TraceLine {
    var event = TraceEvent(kind: kind, prefix: prefix)
    var (hasPointer, hasRequested, hasAllocated) = (false, false, false)
    var rest = fields
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let value = value(in: rest[(equals + 1)...])
      let key = rest[..<equals]
      if key.hasSuffix("call_site") {
        event.site = value
      } else if key.hasSuffix("ptr") {
        guard let pointer = pointer(value) else { return .malformed(expected: "ptr= and a hexadecimal address") }
        event.pointer = pointer
        hasPointer = true
      } else if key.hasSuffix("bytes_req") {
        guard let bytes = value.decimal.flatMap(UInt32.init(exactly:)) else {
          return .malformed(expected: "bytes_req= and a number below 2^32")
        }
        event.requestedBytes = bytes
        hasRequested = true
      } else if key.hasSuffix("bytes_alloc") {
        guard let bytes = value.decimal.flatMap(UInt32.init(exactly:)) else {
          return .malformed(expected: "bytes_alloc= and a number below 2^32")
        }
        event.allocatedBytes = bytes
        hasAllocated = true
        // In the kernel's field order only the flags follow, and only for kmalloc do they select a cache.
        let flags = rest[value.endIndex...]
        if flags.hasPrefix(" gfp_flags=") {
          if kind == .kmalloc { event.kmallocKind = kmallocKind(flags) }
          break
        }
      } else if key.hasSuffix("name") {
        event.name = value
      }
      rest = rest[value.endIndex...]
    }
    guard hasPointer else { return .malformed(expected: "ptr=, the address of the object") }
    if kind == .kmalloc || kind == .kmemCacheAlloc {
      guard hasRequested else { return .malformed(expected: "bytes_req=, the requested size") }
      guard hasAllocated else { return .malformed(expected: "bytes_alloc=, the allocated size") }
    }
    return .event(event)
  }

  /// Returns the kind of cache that the flags of a kmalloc select. The tests are in the order of the kernel's
  /// `kmalloc_type`.
  private static func kmallocKind(_ fields: ByteText) -> KmallocKind {
    let flags = fields[(fields.startIndex + 1)...].firstWord
    if flags.hasSuffix("GFP_DMA") || flags.firstRange(of: "GFP_DMA|") != nil { return .dma }
    if flags.firstRange(of: "__GFP_RECLAIMABLE") != nil { return .reclaimable }
    let isAccounted = flags.firstRange(of: "_ACCOUNT") != nil || fields.firstRange(of: " accounted=true") != nil
    return isAccounted ? .cgroup : .normal
  }

  /// Returns the value of a field, which ends before the next white space. Kernels before 4.15 pad a null pointer to the
  /// width of an address, on the left: `ptr=          (null)`.
  @inline(__always)
  private static func value(in text: ByteText) -> ByteText {
    let word = text.firstWord
    guard word.isEmpty else { return word }
    let padded = text[text.drop(while: \.isSpace).startIndex...].firstWord
    return padded.hasPrefix("(null)") || padded.hasPrefix("(nil)") ? padded : word
  }

  /// Parses an address; `(nil)` and `(null)` are 0.
  private static func pointer(_ value: ByteText) -> UInt64? {
    value.hasPrefix("(nil)") || value.hasPrefix("(null)") ? 0 : value.hexadecimal
  }
}
