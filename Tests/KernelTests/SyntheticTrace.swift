import Recordings
import Testing

@testable import Kernel

/// Generator of ring-buffer pages in the kernel's format, with fields of at most eight bytes.
struct SyntheticTrace {
  /// Returns the format of a tracepoint with consecutive fields, each aligned to its size.
  static func format(_ name: String, _ identifier: Int, _ fields: [(name: String, size: Int)], print: String = "")
    throws -> EventFormat
  {
    var text = "name: \(name)\nID: \(identifier)\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
    var offset = 8
    for field in fields {
      offset = (offset + field.size - 1) / field.size * field.size
      text += "\tfield:unsigned long \(field.name);\toffset:\(offset);\tsize:\(field.size);\tsigned:0;\n"
      offset += field.size
    }
    return try #require(EventFormat(text + "\nprint fmt: \(print)\n"))
  }

  let formats: [EventFormat]
  private var pages: [(cpu: Int, bytes: [UInt8])] = []
  private var time: UInt64 = 1_000_000

  init(_ formats: [EventFormat]) { self.formats = formats }

  /// Adds an event, one microsecond after the previous event. Fields without a value are 0; the call site is an address
  /// without a symbol.
  mutating func add(_ event: String, _ values: [String: UInt64], cache: String? = nil, cpu: Int = 0) throws {
    let format = try #require(formats.first { $0.name == event })
    var bytes = [UInt8](repeating: 0, count: 64)
    func put(_ value: UInt64, _ offset: Int, _ size: Int) {
      for byte in 0..<size { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(byte * 8)) }
    }
    put(UInt64(format.identifier), 0, 2)
    for field in format.fields where field.name != "common_type" {
      put(values[field.name] ?? (field.name == "call_site" ? 0x9999 : 0), field.offset, field.size)
    }
    if let cache, let field = format["name"] {
      for (index, byte) in cache.utf8.enumerated() { bytes[field.offset + index] = byte }
    }
    time += 1000
    var page = [UInt8](repeating: 0, count: 16)
    for byte in 0..<8 { page[byte] = UInt8(truncatingIfNeeded: time >> UInt64(byte * 8)) }
    page[8] = UInt8(bytes.count + 4)
    // The page has a single data entry of 16 words, at the time of the page.
    page += [UInt8(bytes.count / 4), 0, 0, 0] + bytes
    pages.append((cpu, page))
  }

  /// Reads all pages like a recorder.
  /// - Parameter body: Function that is called with the stream before its events are removed.
  func read(
    filter: CacheFilter? = nil, symbols: KernelSymbols = KernelSymbols(kallsyms: []),
    _ body: (inout KernelStream) throws -> Void = { _ in }
  ) throws -> (stream: KernelStream, events: [AllocationEvent]) {
    var stream = try KernelStream(formats: formats, headerPage: nil, symbols: symbols, cpus: 2, filter: filter)
    for page in pages { page.bytes.withUnsafeBytes { stream.read($0, cpu: page.cpu) } }
    try body(&stream)
    var events: [AllocationEvent] = []
    stream.removeEvents(into: &events, atEnd: true)
    #expect(stream.unrecognisedEvents == 0 && stream.counts.malformedLines == 0)
    return (stream, events)
  }
}
