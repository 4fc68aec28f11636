/// Recording that is read from a .slabtrace file. Its events are decoded one block at a time.
package struct Recording: AllocationEventSource {
  private let file: FileBytes
  let index: SlabtraceIndex
  private var nextBlock = 0
  private var decoder = SlabtraceDecoder()

  /// Opens a recording and verifies the checksum of each block.
  ///
  /// A truncated or damaged file is read up to its last valid block, and `warning` is set.
  /// - Parameters:
  ///   - bytes: Bytes of the file.
  ///   - name: Name of the recording if the file does not contain one.
  /// - Throws: `SlabtraceError` if the file contains no valid block of events.
  /// - Complexity: O(bytes).
  package init(bytes: [UInt8], name: String) throws {
    try self.init(.array(bytes), name: name)
  }

  /// Maps a regular file and opens the recording in it. The memory in use does not depend on the length of the file.
  /// - Throws: `SlabtraceError`, `.unreadable` if the file cannot be mapped.
  /// - Complexity: O(bytes).
  package init(mapping path: String, name: String) throws {
    guard let mapped = MappedFile(path) else { throw SlabtraceError.unreadable }
    try self.init(.mapped(mapped), name: name)
  }

  private init(_ file: FileBytes, name: String) throws {
    var index = try file.withBytes { try SlabtraceIndex($0, didRead: file.releaseMemory) }
    if index.name.isEmpty { index.name = name }
    self.file = file
    self.index = index
  }

  /// Name of the recording.
  package var name: String { index.name }
  /// Description of the recorded traffic, in one line.
  package var summary: String { index.summary }
  /// Names of call sites and caches, indexed by `site` and `cache` of the events.
  package var symbols: [String] { index.symbols }
  /// Shapes of the events, indexed by `RecordedEvent.shape`.
  package var shapes: [Slabtrace.Shape] { index.shapes }
  /// Number of CPUs: the highest CPU number plus one.
  package var cpuCount: Int { index.cpuCount }
  /// Ticks of the clock in a second; 0 if the rate of the clock is unknown.
  package var ticksPerSecond: UInt64 { index.counts?.countsTicks == true ? 0 : 1_000_000 }

  /// True: the names of caches in kernel events are those of merged caches.
  package var hasMergedCaches: Bool { true }

  /// Whether the sizes of skb data are rounded up. They are not in a recording that was made from a packet capture, whose
  /// requests come from the network model.
  package var roundsSkbDataSizes: Bool { index.counts?.origin != .pcap && index.usedBytesMethod != .capturedPacket }

  /// Number of events in all valid blocks.
  package var eventCount: Int { index.eventCount }
  /// Size of the file in bytes.
  package var byteCount: Int { file.withBytes(\.count) }
  /// Returns the hash of the bytes of the file.
  /// - Complexity: O(bytes).
  package func contentHash() -> ContentHash {
    var hash = ContentHash()
    let piece = 1 << SlabtraceIndex.releaseShift
    file.withBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        hash.add(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
        file.releaseMemory(upTo: start)
      }
    }
    return hash
  }
  /// Statistics of the import or recording; nil if the file is truncated.
  package var counts: ImportStatistics? { index.counts }
  /// Description of the part of the file that could not be read; nil if all was read.
  package var warning: String? { index.warning }

  /// Method that determined `usedBytes` of the events; nil if no event has any.
  package var usedBytesMethod: UsedBytesMethod? { index.usedBytesMethod }

  /// Number of samples of the kernel's memory statistics.
  package var sampleCount: Int { index.samples.count }

  /// Calls `body` with each sample, in order of time.
  /// - Throws: `SlabtraceError.damaged` if a block with a correct checksum violates the format, and the errors of `body`.
  package func forEachSample(_ body: (KernelSample) throws -> Void) throws {
    var coder = SampleCoder()
    try file.withBytes { file in
      for payload in index.samples {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[payload]))
        guard let sample = coder.decode(&reader) else {
          throw SlabtraceError.damaged(offset: payload.lowerBound, expected: "a sample of the kernel's statistics")
        }
        try body(sample)
      }
    }
  }

  /// Sets the position back to the first event.
  package mutating func rewind() {
    nextBlock = 0
    decoder = SlabtraceDecoder()
  }

  /// Replaces the contents of `batch` by the events of the next block; `batch` is empty at the end.
  /// - Throws: `SlabtraceError.damaged` if a block with a correct checksum violates the format.
  package mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    let block = advance()
    Recording.resize(&batch, to: block?.count ?? 0, filler: Recording.noEvent)
    guard let block else { return }
    let shapes = index.shapes
    try shapes.withUnsafeBufferPointer { shapes in
      try batch.withUnsafeMutableBufferPointer { buffer in
        // The decoder calls the closure at most `block.count` times, and the buffer has as many elements.
        var next = 0
        try decode(block) { event in
          let shape = shapes[event.shape]
          buffer[next] = AllocationEvent(
            time: event.time, slot: event.slot, requestedBytes: shape.requestedBytes,
            allocatedBytes: shape.allocatedBytes, site: shape.site, cache: shape.cache, cpu: event.cpu,
            kind: shape.kind,
            outcome: shape.outcome, usedBytes: event.used == 0 ? nil : event.used)
          next += 1
        }
      }
    }
  }

  /// An event without meaning, which fills a batch before the decoder writes to it.
  private static let noEvent = AllocationEvent(
    time: 0, slot: AllocationEvent.noSlot, requestedBytes: 0, allocatedBytes: 0, site: 0,
    cache: AllocationEvent.noCache,
    cpu: 0, kind: .kfree, outcome: .null)

  /// Changes the number of elements of a batch. Most blocks have the same number, so that there is nothing to do.
  private static func resize<Element>(_ batch: inout [Element], to count: Int, filler: Element) {
    if batch.count > count { batch.removeLast(batch.count - count) }
    if batch.count < count { batch += repeatElement(filler, count: count - batch.count) }
  }

  /// Replaces the contents of `batch` by the events of the next block in the form that the file stores; `batch` is empty at
  /// the end.
  /// - Throws: `SlabtraceError.damaged` if a block with a correct checksum violates the format.
  package mutating func nextBatch(into batch: inout [RecordedEvent]) throws {
    let block = advance()
    Recording.resize(&batch, to: block?.count ?? 0, filler: RecordedEvent(time: 0, shape: 0, slot: 0, cpu: 0))
    guard let block else { return }
    try batch.withUnsafeMutableBufferPointer { buffer in
      // The decoder calls the closure at most `block.count` times, and the buffer has as many elements.
      var next = 0
      try decode(block) { event in
        buffer[next] = event
        next += 1
      }
    }
  }

  /// Number of slots of the events that were read so far: all slots of these events are less.
  package var slotCount: Int { decoder.slotCount }

  /// Reads all events and returns the known numbers of bytes in use.
  /// - Complexity: O(events), or O(1) if no event has `usedBytes`.
  package func usedBytesByAllocation() throws -> UsedBytesByAllocation {
    guard index.hasUsedBytes else { return UsedBytesByAllocation() }
    var (copy, pass) = (self, UsedBytesByAllocation.Pass())
    copy.rewind()
    let shapes = index.shapes
    try copy.forEachRecordedEvent { event in
      let shape = shapes[event.shape]
      pass.add(shape.outcome, slot: event.slot, allocatedBytes: shape.allocatedBytes, used: event.used)
    }
    return pass.uses
  }

  /// Reads all events and returns the allocations without a free.
  /// - Complexity: O(events).
  package func unseenFrees() throws -> UnseenFrees {
    var (copy, unseen) = (self, UnseenFrees())
    copy.rewind()
    let outcomes = index.outcomes
    try copy.forEachRecordedEvent { unseen.add(outcomes[$0.shape], slot: $0.slot) }
    return unseen
  }

  /// Calls `body` with each remaining event, in the form that the file stores.
  @inline(__always)
  mutating func forEachRecordedEvent(_ body: (RecordedEvent) -> Void) throws {
    while let block = advance() { try decode(block, body) }
  }

  /// Returns the next block and advances the position; nil at the end. Releases the memory of the blocks before it.
  private mutating func advance() -> SlabtraceBlock? {
    guard nextBlock < index.blocks.count else { return nil }
    let block = index.blocks[nextBlock]
    nextBlock += 1
    if block.events.upperBound >> SlabtraceIndex.releaseShift != block.events.lowerBound >> SlabtraceIndex.releaseShift
    {
      file.releaseMemory(upTo: block.events.lowerBound)
    }
    return block
  }

  @inline(__always)
  private mutating func decode(_ block: SlabtraceBlock, _ body: (RecordedEvent) -> Void) throws {
    let isValid = file.withBytes { decoder.decode(block, of: $0, index, body) }
    guard isValid else {
      throw SlabtraceError.damaged(offset: block.events.lowerBound, expected: "\(block.count) events")
    }
  }
}
