/// What a file of /proc said while a recording was made: the kernel's own accounts, beside its events.
public struct KernelSample: Sendable, Hashable {
  /// Which file.
  public enum Source: UInt8, Sendable, CaseIterable {
    /// /proc/slabinfo: every cache's objects and slabs.
    case slabinfo = 0
    /// /proc/buddyinfo: free blocks by order.
    case buddyinfo = 1
    /// What the page allocator did since the recording began, a line an order: `order allocated freed`, and `failed N`.
    case pageTraffic = 2
    /// Every cache's slabs by list, page order and objects in use, and its parameters: the text of `SlabOccupancy` (module
    /// Telemetry).
    case occupancy = 3
    /// Slabs of caches by list, as /sys/kernel/slab counts them: the text of `SlabSums` (module Telemetry).
    case slabSums = 4
  }

  /// When, on the events' clock, in microseconds.
  public var time: UInt64
  /// Which file.
  public var source: Source
  /// The file's text.
  public var text: String

  /// A sample with every field given.
  public init(time: UInt64, source: Source, text: String) {
    self.time = time
    self.source = source
    self.text = text
  }
}

/// Samples as lines that differ from the sample before: of some 240 caches, few change in half a second.
struct SampleCoder: Sendable {
  private var lines = [[Substring]](repeating: [], count: KernelSample.Source.allCases.count)

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

  /// nil when the bytes break the format.
  mutating func decode(_ reader: inout ByteReader) -> KernelSample? {
    guard let time = reader.varint(), let byte = reader.byte(), let source = KernelSample.Source(rawValue: byte),
      let count = reader.varint(as: Int.self, below: 1 << 20), let changes = reader.varint(as: Int.self),
      changes <= count, changes <= reader.remaining
    else { return nil }
    var text = lines[Int(byte)]
    // A line that is new has to be among the changes, so the count can't promise more than the payload holds.
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
