/// Fast reader of the JSON of profiles, for merging a thousand of them.
///
/// It reads what `AllocationProfile.fileContents` writes, in any order of the keys and with any white space. For all other
/// text (unknown keys, escapes, missing values, numbers out of range) it returns nil: `JSONDecoder` then reads the text again,
/// accepts it or describes the error.
struct ProfileScanner {
  /// Text that is not what the scanner reads.
  private struct Unexpected: Error {}

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the document of a profile of the current version; nil if the text has to be read by `JSONDecoder`.
  static func document(_ json: [UInt8]) -> ProfileDocument? {
    var scanner = ProfileScanner(json)
    guard let document = try? scanner.document() else { return nil }
    scanner.skipBlanks()
    return scanner.index == json.count ? document : nil
  }

  private mutating func document() throws(Unexpected) -> ProfileDocument {
    var version: Int?
    var (sources, contexts, moments) = (
      [ProfileSource]?.none, [ProfileRecord]?.none, [ProfileDocument.Moment]?.none
    )
    var (hasClock, rounds, bounds) = (Bool?.none, Bool?.none, Bool?.none)
    var (objects, frees, sizes, peak) = ([Int]?.none, [[Int]]?.none, [Int]?.none, [Int]?.none)
    var (failed, unmatched) = (Int?.none, Int?.none)
    try readObject { scanner, key throws(Unexpected) in
      switch key {
      case "slabprofile": version = try scanner.integer()
      case "sources":
        sources = try scanner.array { scanner throws(Unexpected) in try scanner.source() }
      case "contexts":
        contexts = try scanner.array { scanner throws(Unexpected) in try scanner.record() }
      case "moments":
        moments = try scanner.array { scanner throws(Unexpected) in try scanner.moment() }
      case "has_clock": hasClock = try scanner.boolean()
      case "rounds_skb_data_sizes": rounds = try scanner.boolean()
      case "peaks_are_upper_bounds": bounds = try scanner.boolean()
      case "alloc_objects_by_cpu": objects = try scanner.integers()
      case "frees_by_cpu":
        frees = try scanner.array { scanner throws(Unexpected) in try scanner.integers() }
      case "sizes": sizes = try scanner.integers()
      case "live_objects_at_peak": peak = try scanner.integers()
      case "failed_allocations": failed = try scanner.integer()
      case "unmatched_frees": unmatched = try scanner.integer()
      default: throw Unexpected()
      }
    }
    guard version == AllocationProfile.fileVersion, let sources, let contexts, let moments,
      let hasClock, let rounds,
      let bounds, let objects, let frees, let sizes, let failed, let unmatched
    else { throw Unexpected() }
    return ProfileDocument(
      sources: sources, hasClock: hasClock, roundsSkbDataSizes: rounds, contexts: contexts,
      allocObjectsByCPU: objects,
      freesByCPU: frees, failedAllocations: failed, unmatchedFrees: unmatched, sizes: sizes,
      liveObjectsAtPeak: peak,
      peaksAreUpperBounds: bounds, moments: moments)
  }

  private mutating func source() throws(Unexpected) -> ProfileSource {
    var (name, began, events, microseconds, lost) = (
      String?.none, Double?.none, Int?.none, Int?.none, Int?.none
    )
    try readObject { scanner, key throws(Unexpected) in
      switch key {
      case "name": name = try scanner.string()
      case "began_at": began = try scanner.number()
      case "events": events = try scanner.integer()
      case "microseconds": microseconds = try scanner.integer()
      case "lost_events": lost = try scanner.integer()
      default: throw Unexpected()
      }
    }
    guard let name, let events, let microseconds else { throw Unexpected() }
    return ProfileSource(
      name: name, beganAt: began, events: events, microseconds: microseconds, lostEvents: lost)
  }

  private mutating func record() throws(Unexpected) -> ProfileRecord {
    var record = ProfileRecord()
    try readObject { scanner, key throws(Unexpected) in
      guard let key = ProfileRecord.CodingKeys(rawValue: key) else { throw Unexpected() }
      switch key {
      case .site: record.site = try scanner.string()
      case .stack:
        record.stack = try scanner.array { scanner throws(Unexpected) in try scanner.string() }
      case .cache: record.cache = try scanner.string()
      case .isGeneral: record.isGeneral = try scanner.boolean()
      case .requestedBytes: record.requestedBytes = try scanner.integer()
      case .allocatedBytes: record.allocatedBytes = try scanner.integer()
      case .usedBytes: record.usedBytes = try scanner.integer()
      case .allocObjects: record.allocObjects = try scanner.integer()
      case .allocBytes: record.allocBytes = try scanner.integer()
      case .allocRequestedBytes: record.allocRequestedBytes = try scanner.integer()
      case .freeObjects: record.freeObjects = try scanner.integer()
      case .remoteFrees: record.remoteFrees = try scanner.integer()
      case .unseenFrees: record.unseenFrees = try scanner.integer()
      case .liveObjects: record.liveObjects = try scanner.integer()
      case .liveBytes: record.liveBytes = try scanner.integer()
      case .liveRequestedBytes: record.liveRequestedBytes = try scanner.integer()
      case .peakLiveObjects: record.peakLiveObjects = try scanner.integer()
      case .liveObjectMicroseconds: record.liveObjectMicroseconds = try scanner.integer()
      case .lifetimes: record.lifetimes = try scanner.histogram()
      case .ages: record.ages = try scanner.histogram()
      // Figures of groups, which files of profiles do not have.
      case .cpu, .medianLifetime, .growthBytes: throw Unexpected()
      }
    }
    return record
  }

  private mutating func histogram() throws(Unexpected) -> [String: Int] {
    var object: [String: Int] = [:]
    try readObject { scanner, key throws(Unexpected) in object[key] = try scanner.integer() }
    return object
  }

  private mutating func moment() throws(Unexpected) -> ProfileDocument.Moment {
    var (rank, microseconds, events) = (String?.none, Int?.none, Int?.none)
    var (contexts, objects, sizes, peaks) = ([Int]?.none, [Int32]?.none, [Int]?.none, [Int32]?.none)
    try readObject { scanner, key throws(Unexpected) in
      switch key {
      case "rank": rank = try scanner.string()
      case "microseconds": microseconds = try scanner.integer()
      case "events": events = try scanner.integer()
      case "contexts": contexts = try scanner.integers()
      case "live_objects": objects = try scanner.integers()
      case "sizes": sizes = try scanner.integers()
      case "peak_objects": peaks = try scanner.integers()
      default: throw Unexpected()
      }
    }
    guard let rank, let microseconds, let events, let contexts, let objects, let sizes, let peaks
    else {
      throw Unexpected()
    }
    return ProfileDocument.Moment(
      rank: rank, microseconds: microseconds, events: events, contexts: contexts,
      liveObjects: objects, sizes: sizes,
      peakObjects: peaks)
  }

  // MARK: JSON

  /// Next byte; 0, which JSON does not contain, at the end.
  private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func skipBlanks() {
    while [0x20, 0x0A, 0x0D, 0x09].contains(next) { index += 1 }
  }

  /// Passes white space and a byte, if it is next. Returns whether it was.
  private mutating func take(_ byte: UInt8) -> Bool {
    if next != byte { skipBlanks() }
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func require(_ byte: UInt8) throws(Unexpected) {
    guard take(byte) else { throw Unexpected() }
  }

  /// Reads an object whose keys differ.
  private mutating func readObject(
    _ member: (inout ProfileScanner, String) throws(Unexpected) -> Void
  ) throws(Unexpected) {
    try require(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    var keys: [String] = []
    repeat {
      let key = try string()
      // The decoder decides which of two equal keys counts.
      guard !keys.contains(key) else { throw Unexpected() }
      keys.append(key)
      try require(UInt8(ascii: ":"))
      try member(&self, key)
    } while take(UInt8(ascii: ","))
    try require(UInt8(ascii: "}"))
  }

  private mutating func array<Element>(
    _ element: (inout ProfileScanner) throws(Unexpected) -> Element
  ) throws(Unexpected) -> [Element] {
    try require(UInt8(ascii: "["))
    var elements: [Element] = []
    if take(UInt8(ascii: "]")) { return elements }
    repeat { elements.append(try element(&self)) } while take(UInt8(ascii: ","))
    try require(UInt8(ascii: "]"))
    return elements
  }

  private mutating func integers<Number: FixedWidthInteger>() throws(Unexpected) -> [Number] {
    try array { scanner throws(Unexpected) in try scanner.integer() }
  }

  /// Reads a whole number without an exponent.
  private mutating func integer<Number: FixedWidthInteger>() throws(Unexpected) -> Number {
    if next <= 0x20 { skipBlanks() }
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let start = index
    var (value, overflows) = (0, false)
    while case let digit = next &- UInt8(ascii: "0"), digit < 10 {
      let (product, one) = value.multipliedReportingOverflow(by: 10)
      let (sum, other) = product.addingReportingOverflow(Int(digit))
      (value, overflows) = (sum, overflows || one || other)
      index += 1
    }
    let hasLeadingZero = index - start > 1 && bytes[start] == UInt8(ascii: "0")
    let isFraction = next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e")
    guard index > start, !overflows, !hasLeadingZero, !isFraction,
      let number = Number(exactly: isNegative ? -value : value)
    else { throw Unexpected() }
    return number
  }

  /// Reads a number that need not be whole.
  private mutating func number() throws(Unexpected) -> Double {
    skipBlanks()
    let start = index
    while "+-.eE0123456789".utf8.contains(next) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    // Swift reads more forms of numbers than JSON has.
    guard let first = digits.first, first.isNumber,
      !(digits.count > 1 && first == "0" && !digits.hasPrefix("0.")),
      !text.hasSuffix("."), let number = Double(text)
    else { throw Unexpected() }
    return number
  }

  private mutating func boolean() throws(Unexpected) -> Bool {
    skipBlanks()
    for (word, value) in [("true", true), ("false", false)]
    where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return value
    }
    throw Unexpected()
  }

  /// Reads a string without escapes.
  private mutating func string() throws(Unexpected) -> String {
    try require(UInt8(ascii: "\""))
    let start = index
    while next != UInt8(ascii: "\"") {
      guard next >= 0x20, next != UInt8(ascii: "\\") else { throw Unexpected() }
      index += 1
    }
    guard let text = String(validating: bytes[start..<index], as: UTF8.self) else {
      throw Unexpected()
    }
    index += 1
    return text
  }
}
