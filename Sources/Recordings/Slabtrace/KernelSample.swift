/// Sample of the kernel's own memory statistics, taken while a recording was made.
package struct KernelSample: Sendable, Hashable {
  /// Origin of a sample.
  package enum Source: UInt8, Sendable, CaseIterable {
    /// /proc/slabinfo: objects and slabs of each cache.
    case slabinfo = 0
    /// /proc/buddyinfo: free blocks by order.
    case buddyinfo = 1
    /// Blocks that the page allocator allocated and freed since the start of the recording: a line `order allocated freed`
    /// for each order, and a line `failed N`.
    case pageTraffic = 2
    /// Parameters of each cache, and its slabs by list, page order and objects in use: text of `SlabOccupancy` (module
    /// Telemetry).
    case occupancy = 3
    /// Slabs of each cache by list, from /sys/kernel/slab: text of `SlabSums` (module Telemetry).
    case slabSums = 4
  }

  /// Time in microseconds, on the clock of the events.
  package var time: UInt64
  /// Origin of the sample.
  package var source: Source
  /// Text of the sample.
  package var text: String

  /// Creates a sample.
  package init(time: UInt64, source: Source, text: String) {
    self.time = time
    self.source = source
    self.text = text
  }
}

/// Encoder and decoder of samples. Only the lines that differ from the previous sample of the same source are stored,
/// because few of the roughly 240 caches change between two samples.
struct SampleCoder: Sendable {
  /// Lines of the previous sample, indexed by source.
  private var lines = [[Substring]](repeating: [], count: KernelSample.Source.allCases.count)

  /// Appends a sample to `writer`.
  mutating func encode(_ sample: KernelSample, to writer: inout ByteWriter) {
    let new = sample.text.split(separator: "\n", omittingEmptySubsequences: false)
    let old = lines[Int(sample.source.rawValue)]
    let changed = new.indices.filter { $0 >= old.count || old[$0] != new[$0] }
    writer.varint(sample.time)
    writer.bytes.append(sample.source.rawValue)
    writer.varint(new.count)
    writer.varint(changed.count)
    for index in changed {
      writer.varint(index)
      writer.string(String(new[index]))
    }
    lines[Int(sample.source.rawValue)] = new
  }

  /// Reads a sample; nil if the bytes violate the format.
  mutating func decode(_ reader: inout ByteReader) -> KernelSample? {
    guard let time = reader.varint(), let byte = reader.byte(), let source = KernelSample.Source(rawValue: byte),
      let count = reader.varint(as: Int.self, below: 1 << 20), let changes = reader.varint(as: Int.self),
      changes <= count, changes <= reader.remaining
    else { return nil }
    var text = lines[Int(byte)]
    // Every additional line must be among the changes, so that a damaged count cannot exceed the size of the payload.
    guard count - text.count <= changes else { return nil }
    if count < text.count { text.removeLast(text.count - count) }
    while text.count < count { text.append("") }
    for _ in 0..<changes {
      guard let index = reader.varint(as: Int.self, below: count), let line = reader.string() else { return nil }
      text[index] = line[...]
    }
    lines[Int(byte)] = text
    return KernelSample(time: time, source: source, text: text.joined(separator: "\n"))
  }
}
