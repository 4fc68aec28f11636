/// What the lines of an imported trace were: kept in the recording, so that anyone can judge it later.
public struct TraceLineCounts: Sendable, Hashable, Codable {
  /// A line that names a kmem event and could not be read.
  public struct Malformed: Sendable, Hashable, Codable {
    /// Counted from 1.
    public var line: Int
    /// What should have stood there.
    public var expected: String
  }

  /// Lines read.
  public var lines = 0
  /// Events among them.
  public var events = 0
  /// Blank lines, `#` comments, headings.
  public var commentLines = 0
  /// Other events, marks, cut lines.
  public var otherLines = 0
  /// Lines of events that could not be read.
  public var malformedLines = 0
  /// The first of the malformed lines.
  public var firstMalformed: [Malformed] = []
  /// Events that LOST marks speak of.
  public var lostEvents = 0
  /// Frees of packets' heads that were taken from the packets' ends (`PacketEnd`), since the allocator reported none at once.
  public var packetFrees = 0
  /// Those of them that the allocator reported later, and that are not recorded a second time.
  public var repeatedPacketFrees = 0
  /// The format of the first event's line, or of the latest line that perf script or bpftrace printed.
  public var format: TraceFormat?
  /// Whether a pointer was seen that no hashed 32-bit one can be.
  public var hasRealPointers = false
  /// Whether the times are ticks of a clock of unknown rate.
  public var countsTicks = false
  /// CPUs are numbered below this.
  public var cpuCount = 0

  /// Nothing read yet.
  public init() {}

  /// How many malformed lines are described.
  static let described = 5

  mutating func add(_ event: TraceEvent) {
    events += 1
    switch event.prefix.format {
    case .perfScript, .bpftrace: format = event.prefix.format
    case .ftrace, .ftraceLatency, .pcap, .tracefs: format = format ?? event.prefix.format
    }
    if event.pointer >> 32 != 0 { hasRealPointers = true }
    if event.prefix.isTicks { countsTicks = true }
    cpuCount = max(cpuCount, Int(event.prefix.cpu) + 1)
  }

  /// A sum past 2^61 stays there: the marks are a file's own words, and may say anything.
  package mutating func addLost(_ count: Int) {
    let most = 1 << 61
    lostEvents = min(lostEvents + min(count, most), most)
  }

  mutating func addMalformed(expected: StaticString) {
    malformedLines += 1
    if firstMalformed.count < TraceLineCounts.described {
      firstMalformed.append(Malformed(line: lines, expected: "\(expected)"))
    }
  }
}

extension TraceFormat: Codable {}
