/// A recording in memory: the events of a .slabtrace file, decoded block by block as they are asked for.
public struct Recording: AllocationEventSource {
  private let file: FileBytes
  let index: SlabtraceIndex
  private var nextBlock = 0
  private var decoder = SlabtraceDecoder()

  /// Opens a recording, checking every block's checksum. `name` is used where the file bears none.
  ///
  /// A file that was cut or damaged is read up to its last whole block; `warning` then says so.
  /// - Throws: `SlabtraceError` when nothing of it can be used.
  /// - Complexity: O(bytes).
  public init(bytes: [UInt8], name: String) throws {
    try self.init(.array(bytes), name: name)
  }

  /// The same of a regular file, which is mapped, not read: memory does not grow with its length.
  /// - Throws: also `SlabtraceError.unreadable`.
  public init(mapping path: String, name: String) throws {
    guard let mapped = MappedFile(path) else { throw SlabtraceError.unreadable }
    try self.init(.mapped(mapped), name: name)
  }

  private init(_ file: FileBytes, name: String) throws {
    var index = try file.withBytes { try SlabtraceIndex($0, passed: file.passed) }
    if index.name.isEmpty { index.name = name }
    self.file = file
    self.index = index
  }

  /// What the recording is called.
  public var name: String { index.name }
  /// One line that says what it is of.
  public var summary: String { index.summary }
  /// Names of call sites and caches, by the numbers that events carry.
  public var symbols: [String] { index.symbols }
  /// CPUs that events may be on: the highest number plus one.
  public var cpuCount: Int { index.cpuCount }
  /// The clock's rate; 0 where the trace counted events instead of time.
  public var ticksPerSecond: UInt64 { index.counts?.countsTicks == true ? 0 : 1_000_000 }

  /// The kernel's events bear the names that merged caches have.
  public var cachesAreMerged: Bool { true }

  /// Of a packet capture, the network model has asked for what it needed.
  public var roundsDataSizes: Bool { index.counts?.format != .pcap && index.useMeasure != .capturedPacket }

  /// Events in all its whole blocks.
  public var eventCount: Int { index.eventCount }
  /// Bytes of the file.
  public var byteCount: Int { file.withBytes(\.count) }
  /// What the imported lines were; nil in a file that was cut before its end.
  public var counts: TraceLineCounts? { index.counts }
  /// What of the file could not be read, in words, if anything.
  public var warning: String? { index.warning }

  /// How the events' `usedBytes` were measured; nil if no event has any.
  public var useMeasure: UseMeasure? { index.useMeasure }

  /// Samples of the kernel's own accounts that were taken meanwhile.
  public var sampleCount: Int { index.samples.count }

  /// Hands each sample to `body`, in order of time.
  /// - Throws: `SlabtraceError.damaged` when a block whose checksum is right breaks the format, and what `body` throws.
  public func forEachSample(_ body: (KernelSample) throws -> Void) throws {
    var coder = SampleCoder()
    try file.withBytes { file in
      for payload in index.samples {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[payload]))
        guard let sample = coder.decode(&reader) else {
          throw SlabtraceError.damaged(offset: payload.lowerBound, expected: "a sample of the kernel's accounts")
        }
        try body(sample)
      }
    }
  }

  public mutating func rewind() {
    nextBlock = 0
    decoder = SlabtraceDecoder()
  }

  /// Decodes the next block.
  /// - Throws: `SlabtraceError.damaged` when a block whose checksum is right breaks the format.
  public mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    batch.removeAll(keepingCapacity: true)
    guard let block = takeBlock() else { return }
    batch.reserveCapacity(block.count)
    let shapes = index.shapes
    try decode(block) { event in
      let shape = shapes[event.shape]
      batch.append(
        AllocationEvent(
          time: event.time, slot: event.slot, requestedBytes: shape.requestedBytes,
          allocatedBytes: shape.allocatedBytes, site: shape.site, cache: shape.cache, cpu: event.cpu, kind: shape.kind,
          outcome: shape.outcome, usedBytes: event.used == 0 ? nil : event.used))
    }
  }

  /// - Complexity: O(events); O(1) if no event tells how much of an object was in use.
  public func objectUses() throws -> ObjectUses {
    guard index.knowsUses else { return ObjectUses() }
    var (copy, pass) = (self, ObjectUses.Pass())
    copy.rewind()
    let shapes = index.shapes
    try copy.forEachRawEvent { event in
      let shape = shapes[event.shape]
      pass.add(shape.outcome, slot: event.slot, allocatedBytes: shape.allocatedBytes, used: event.used)
    }
    return pass.uses
  }

  /// - Complexity: O(events).
  public func unseenFrees() throws -> UnseenFrees {
    var (copy, unseen) = (self, UnseenFrees())
    copy.rewind()
    let outcomes = index.outcomes
    try copy.forEachRawEvent { unseen.add(outcomes[$0.shape], slot: $0.slot) }
    return unseen
  }

  /// Hands every event that is left to `body`, as the file has it.
  @inline(__always)
  mutating func forEachRawEvent(_ body: (SlabtraceDecoder.RawEvent) -> Void) throws {
    while let block = takeBlock() { try decode(block, body) }
  }

  private mutating func takeBlock() -> SlabtraceBlock? {
    guard nextBlock < index.blocks.count else { return nil }
    let block = index.blocks[nextBlock]
    nextBlock += 1
    if block.events.upperBound >> SlabtraceIndex.passShift != block.events.lowerBound >> SlabtraceIndex.passShift {
      file.passed(block.events.lowerBound)
    }
    return block
  }

  @inline(__always)
  private mutating func decode(_ block: SlabtraceBlock, _ body: (SlabtraceDecoder.RawEvent) -> Void) throws {
    let isWhole = file.withBytes { decoder.decode(block, of: $0, index, body) }
    guard isWhole else {
      throw SlabtraceError.damaged(offset: block.events.lowerBound, expected: "\(block.count) events")
    }
  }
}
