import Recordings

/// Decoder of binary trace events by the formats that the running kernel describes.
struct KernelEventDecoder {
  /// Tracepoints of objects that are recorded if the kernel has them, in the folder `kmem` of tracefs. Kernels before 6.1 have
  /// the `_node` tracepoints.
  static let tracepoints: [(name: String, kind: AllocationEvent.Kind)] = [
    ("kmalloc", .kmalloc), ("kmalloc_node", .kmalloc), ("kfree", .kfree), ("kmem_cache_alloc", .kmemCacheAlloc),
    ("kmem_cache_alloc_node", .kmemCacheAlloc), ("kmem_cache_free", .kmemCacheFree),
  ]
  /// Tracepoints of the page allocator, whose events are counted by order, in the folder `kmem` of tracefs.
  static let pageTracepoints = ["mm_page_alloc", "mm_page_free"]
  /// Tracepoints at which packets end, in the folder `skb` of tracefs.
  static let packetTracepoints: [(name: String, end: PacketEnd)] = [
    ("consume_skb", .consumed), ("kfree_skb", .dropped),
  ]

  /// Tracepoints whose events contain the length of a packet, in the folder `net` of tracefs.
  static let lengthTracepoints = ["net_dev_queue", "netif_receive_skb"]

  /// Fields of a tracepoint's events that are decoded.
  private enum Layout {
    case object(AllocationEvent.Kind, ObjectFields)
    case pages(order: Number, pfn: Number?, allocates: Bool)
    case packet(PacketEnd, pointer: Number)
    case length(Number, pointer: Number)
  }

  /// Location of a number in an event.
  private struct Number {
    let offset: Int
    let size: Int

    init?(_ field: EventFormat.Field?) {
      guard let field, [1, 2, 4, 8].contains(field.size) else { return nil }
      (offset, size) = (field.offset, field.size)
    }

    /// Reads the number; nil if the event is too short.
    @inline(__always)
    func read(_ event: UnsafeRawBufferPointer) -> UInt64? {
      guard offset + size <= event.count else { return nil }
      return switch size {
      case 8: event.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      case 4: UInt64(event.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      case 2: UInt64(event.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      default: UInt64(event[offset])
      }
    }
  }

  private struct ObjectFields {
    let site: Number
    let pointer: Number
    let requested: Number?
    let allocated: Number?
    let name: EventFormat.Field?
    let kmalloc: KmallocFields?
  }

  /// Fields that select the kind of kmalloc cache. Older kernels lack one of them or both.
  private struct KmallocFields {
    let flags: Number?
    let accounted: Number?
    let bits: AllocationFlags

    init?(_ format: EventFormat) {
      (flags, accounted) = (Number(format["gfp_flags"]), Number(format["accounted"]))
      guard flags != nil || accounted != nil else { return nil }
      bits = AllocationFlags(printFormat: format.printFormat)
    }

    @inline(__always)
    func kind(_ event: UnsafeRawBufferPointer) -> KmallocKind {
      bits.kind(flags: flags?.read(event) ?? 0, isAccounted: (accounted?.read(event) ?? 0) != 0)
    }
  }

  /// Layouts of the tracepoints, indexed by `common_type`.
  private var layouts: [Layout?] = []
  /// Location of `common_type`.
  private let type: Number
  private var kmallocCaches = KmallocCacheSymbols()
  /// Events of the page allocator.
  private(set) var pages = PageTraffic()
  /// Number of events of unknown tracepoints and of events that are too short for their format.
  private(set) var unrecognisedEvents = 0

  /// Creates a decoder of the tracepoints with the given formats.
  /// - Throws: `RecorderError.format` if a format lacks a required field.
  init(_ formats: [EventFormat]) throws(RecorderError) {
    guard let type = formats.first.flatMap({ Number($0["common_type"]) }) else {
      throw .format(event: formats.first?.name ?? "kmem", missing: "common_type")
    }
    self.type = type
    for format in formats {
      let layout = try KernelEventDecoder.layout(of: format)
      while layouts.count <= Int(format.identifier) { layouts.append(nil) }
      layouts[Int(format.identifier)] = layout
    }
  }

  private static func layout(of format: EventFormat) throws(RecorderError) -> Layout {
    func number(_ name: String) throws(RecorderError) -> Number {
      guard let number = Number(format[name]) else { throw .format(event: format.name, missing: name) }
      return number
    }
    if let packet = packetTracepoints.first(where: { $0.name == format.name }) {
      return .packet(packet.end, pointer: try number("skbaddr"))
    }
    if lengthTracepoints.contains(format.name) { return .length(try number("len"), pointer: try number("skbaddr")) }
    guard let kind = tracepoints.first(where: { $0.name == format.name })?.kind else {
      return .pages(
        order: try number("order"), pfn: Number(format["pfn"]), allocates: format.name == "mm_page_alloc")
    }
    let allocates = kind == .kmalloc || kind == .kmemCacheAlloc
    return .object(
      kind,
      ObjectFields(
        site: try number("call_site"), pointer: try number("ptr"),
        requested: allocates ? try number("bytes_req") : nil, allocated: allocates ? try number("bytes_alloc") : nil,
        name: format["name"], kmalloc: kind == .kmalloc ? KmallocFields(format) : nil))
  }

  /// Decodes an event. Events of the page allocator are counted, and nil is returned for them and for unrecognised events.
  @inline(__always)
  mutating func decode(_ event: UnsafeRawBufferPointer, time: UInt64, names: inout SymbolTable) -> KernelEvent? {
    guard let number = type.read(event), number < layouts.count, let layout = layouts[Int(number)] else {
      unrecognisedEvents += 1
      return nil
    }
    switch layout {
    case .pages(let order, let pfn, let allocates):
      count(event, order, pfn, allocates)
      return nil
    case .packet(let end, let pointer):
      guard let pointer = pointer.read(event) else {
        unrecognisedEvents += 1
        return nil
      }
      return KernelEvent(time: time, pointer: pointer, site: 0, kind: .kmemCacheFree, subject: .packetEnd(end))
    case .length(let length, let pointer):
      guard let pointer = pointer.read(event), let length = length.read(event) else {
        unrecognisedEvents += 1
        return nil
      }
      return KernelEvent(
        time: time, pointer: pointer, site: 0, requestedBytes: UInt32(clamping: length), kind: .kmemCacheAlloc,
        subject: .packetLength)
    case .object(let kind, let fields):
      guard let site = fields.site.read(event), let pointer = fields.pointer.read(event) else {
        unrecognisedEvents += 1
        return nil
      }
      var decoded = KernelEvent(time: time, pointer: pointer, site: site, kind: kind)
      if let requested = fields.requested, let allocated = fields.allocated {
        decoded.requestedBytes = UInt32(clamping: requested.read(event) ?? 0)
        decoded.allocatedBytes = UInt32(clamping: allocated.read(event) ?? 0)
      }
      if let name = fields.name.flatMap({ KernelEventDecoder.string($0, in: event) }) {
        decoded.cache = names.intern(name)
      } else if kind == .kmemCacheAlloc || kind == .kmemCacheFree {
        decoded.cache = names.intern("?")
      } else if let kmalloc = fields.kmalloc {
        decoded.cache = kmallocCaches.number(kmalloc.kind(event), bytes: decoded.allocatedBytes, names: &names)
      }
      return decoded
    }
  }

  private mutating func count(_ event: UnsafeRawBufferPointer, _ order: Number, _ pfn: Number?, _ allocates: Bool) {
    guard let order = order.read(event), order < 11 else {
      unrecognisedEvents += 1
      return
    }
    if !allocates {
      pages.freed[Int(order)] += 1
    } else if pfn?.read(event) == .max {
      // The page frame number of a failed request.
      pages.failed += 1
    } else {
      pages.allocated[Int(order)] += 1
    }
  }

  /// Returns the bytes of a string field up to its NUL; nil if the event is too short.
  @inline(__always)
  private static func string(_ field: EventFormat.Field, in event: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard field.offset + field.size <= event.count else { return nil }
    var (first, length) = (field.offset, field.size)
    if field.location != .inPlace {
      guard field.size == 4 else { return nil }
      let place = event.loadUnaligned(fromByteOffset: field.offset, as: UInt32.self)
      (first, length) = (Int(place & 0xFFFF), Int(place >> 16))
      if field.location == .fromField { first += field.offset + 4 }
      guard first + length <= event.count else { return nil }
    }
    let bytes = event[first..<(first + length)]
    return UnsafeRawBufferPointer(rebasing: event[first..<(bytes.firstIndex(of: 0) ?? bytes.endIndex)])
  }
}
