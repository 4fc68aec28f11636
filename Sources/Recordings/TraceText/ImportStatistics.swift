/// Statistics of an import. They are stored in the recording, so that its quality can be judged later.
package struct ImportStatistics: Sendable, Hashable, Codable {
  /// Line that names a kmem event but cannot be parsed.
  package struct Malformed: Sendable, Hashable, Codable {
    /// Number of the line, from 1.
    package var line: Int
    /// Text that was expected.
    package var expected: String
  }

  /// Number of lines read.
  package var lines = 0
  /// Number of kmem events.
  package var events = 0
  /// Number of blank lines, `#` comments and headings.
  package var commentLines = 0
  /// Number of lines without a kmem event: other events, marks, truncated lines.
  package var otherLines = 0
  /// Number of lines that name a kmem event but cannot be parsed.
  package var malformedLines = 0
  /// The first malformed lines, at most five.
  package var firstMalformed: [Malformed] = []
  /// Number of lost events that the tracer reported.
  package var lostEvents = 0
  /// Number of frees of sk_buff heads that were recorded at the end of the packet (`PacketEnd`), because the allocator
  /// reported no free at that time.
  package var packetFrees = 0
  /// Number of those frees that the allocator reported later; the later event is not recorded.
  package var repeatedPacketFrees = 0
  /// Format of the first event, or of the latest event that perf script or bpftrace printed; nil if there are no
  /// events.
  package var origin: RecordingOrigin?
  /// Whether a pointer of more than 32 bits was found. Hashed pointers have 32 bits, so the pointers are then real
  /// addresses.
  package var hasRealPointers = false
  /// Whether the times are ticks of a clock of unknown rate, not microseconds.
  package var countsTicks = false
  /// Number of CPUs: the highest CPU number plus one.
  package var cpuCount = 0

  /// Creates statistics in which all counts are 0.
  package init() {}

  /// Maximum number of lines in `firstMalformed`.
  static let described = 5

  /// Counts an event.
  mutating func add(_ event: TraceEvent) {
    events += 1
    switch event.prefix.origin {
    case .perfScript, .bpftrace: origin = event.prefix.origin
    case .ftrace, .ftraceLatency, .pcap, .tracefs: origin = origin ?? event.prefix.origin
    }
    if event.pointer >> 32 != 0 { hasRealPointers = true }
    if event.prefix.isTicks { countsTicks = true }
    cpuCount = max(cpuCount, Int(event.prefix.cpu) + 1)
  }

  /// Adds to `lostEvents`, which is limited to 2^61 so that it cannot overflow: a damaged file may report any number.
  package mutating func addLost(_ count: Int) {
    let limit = 1 << 61
    lostEvents = min(lostEvents + min(count, limit), limit)
  }

  /// Counts a malformed line, the last one read.
  mutating func addMalformed(expected: StaticString) {
    malformedLines += 1
    if firstMalformed.count < ImportStatistics.described {
      firstMalformed.append(Malformed(line: lines, expected: "\(expected)"))
    }
  }
}

extension RecordingOrigin: Codable {}
