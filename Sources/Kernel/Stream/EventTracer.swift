package import Recordings

/// Tracer of the running kernel's slab events, which `KernelRecorder` writes to a file and other consumers read while they happen.
///
/// It reads the binary events of `trace_pipe_raw` of each CPU in its own tracefs instance, so that the kernel need not format
/// them. The instance is removed by `close`, when the object is destroyed, and by a guard process if the program is killed.
package final class EventTracer: AllocationEventStream {
  /// nil after `close`.
  private var instance: TracefsInstance?
  private let options: TracingOptions
  private(set) var stream: KernelStream
  private let buffers: CPUBuffers
  private var useReader: BufferUseReader?
  /// Method that determines the bytes in use of packets' data buffers; nil if they are not traced.
  package let usedBytesMethod: UsedBytesMethod?
  /// Reason why the bytes in use are not read from the buffers, in one clause; nil if they are, or if they are not traced.
  package private(set) var bufferUseProblem: String?
  /// Number of reports on buffers that were lost because the ring buffer was full or they came too late.
  package private(set) var lostBufferReports = 0
  /// Losses that `read` has returned already.
  private var returnedLosses = 0

  /// Prepares tracing without starting it. Formats and symbols are read here, so that their allocations are not traced.
  /// - Throws: `RecorderError`.
  package init(_ options: TracingOptions) throws(RecorderError) {
    self.options = options
    let instance = try TracefsInstance()
    self.instance = instance
    if options.tracesBufferUse {
      do {
        let reader = try BufferUseReader(bufferBytes: EventTracer.useBufferBytes)
        try reader.start()
        useReader = reader
      } catch {
        bufferUseProblem = error.description
      }
    }
    let readsLengths = options.tracesBufferUse && useReader == nil
    let tracepoints =
      KernelEventDecoder.tracepoints.map { "kmem/" + $0.name }
      + (options.countsPages ? KernelEventDecoder.pageTracepoints.map { "kmem/" + $0 } : [])
      + (options.tracesPacketEnds ? KernelEventDecoder.packetTracepoints.map { "skb/" + $0.name } : [])
      + (readsLengths ? KernelEventDecoder.lengthTracepoints.map { "net/" + $0 } : [])
    var formats: [EventFormat] = []
    var present: [String] = []
    for tracepoint in tracepoints {
      guard let text = instance.text("events/\(tracepoint)/format") else { continue }
      guard let format = EventFormat(text) else { throw .format(event: tracepoint, missing: "name, ID or a field") }
      formats.append(format)
      present.append(tracepoint)
    }
    let hasLengths = present.contains { $0.hasPrefix("net/") }
    usedBytesMethod = useReader != nil ? .buffer : hasLengths ? .packetLength : nil
    stream = try KernelStream(
      formats: formats, headerPage: KernelFile.text(instance.root + "/events/header_page"),
      symbols: KernelSymbols(kallsyms: KernelFile.bytes("/proc/kallsyms") ?? []), cpus: (instance.cpus.last ?? 0) + 1,
      filter: options.filter)
    try instance.set("trace_clock", to: "mono")
    try instance.set("buffer_size_kb", to: String(options.bufferKiB))
    // The buffers are opened after everything that may throw, because an instance with open buffers cannot be removed.
    buffers = try CPUBuffers(of: instance)
    try setScope(instance)
    for tracepoint in present { try instance.set("events/\(tracepoint)/enable", to: "1") }
  }

  deinit { buffers.close() }

  /// Restricts tracing to the tasks of the scope.
  private func setScope(_ instance: TracefsInstance) throws(RecorderError) {
    let own = KernelFile.names(in: "/proc/self/task").compactMap(Int.init)
    switch options.scope {
    case .all:
      // The children of excluded tasks are then excluded too.
      if options.excludesLaterThreads { try instance.set("trace_options", to: "event-fork") }
      try instance.set("set_event_notrace_pid", toProcesses: own)
    case .command, .kernel:
      try instance.set("trace_options", to: "event-fork")
      let command = options.scope == .command ? options.command.map { [$0] } ?? [] : []
      try instance.set("set_event_pid", toProcesses: command + TracingScope.kernelThreads())
    }
  }

  package var symbols: [String] { stream.symbols }
  package var cpuCount: Int { stream.counts.cpuCount }
  package var now: UInt64 { CPUBuffers.now() / 1000 }
  package var deliveredUpTo: UInt64 { stream.finalTime / 1000 }
  /// Statistics of the events read so far.
  package var counts: ImportStatistics { stream.counts }
  /// Blocks allocated and freed by the page allocator.
  package var pages: PageTraffic { stream.pages }
  /// Bytes of kernel memory of the ring buffers.
  package var bufferBytes: Int { options.bufferKiB * cpuCount << 10 }

  package func start() throws(RecorderError) { try instance?.set("tracing_on", to: "1") }

  package func read(into events: inout [AllocationEvent]) throws(RecorderError) -> Int {
    guard instance != nil else { return 0 }
    readBufferReports()
    _ = try buffers.readAll(into: &stream)
    stream.removeEvents(into: &events)
    return takeLosses()
  }

  /// Stops tracing and reads the remaining events. The buffers may contain more than one reading returns: each part is passed to
  /// `body`.
  /// - Throws: `RecorderError`, and the errors of `body`.
  package func stop(_ body: ([AllocationEvent]) throws(RecorderError) -> Void) throws(RecorderError) {
    guard let instance else { return }
    try instance.set("tracing_on", to: "0")
    useReader?.stop()
    readBufferReports()
    stream.noteReportsRead(upTo: .max)
    var events: [AllocationEvent] = []
    var areEmpty = false
    while !areEmpty {
      // Tracing has stopped, so that the buffers become empty.
      areEmpty = try buffers.readAll(into: &stream)
      stream.removeEvents(into: &events, atEnd: areEmpty)
      try body(events)
      events.removeAll(keepingCapacity: true)
    }
    stream.noteLostEvents(total: buffers.lostEvents(instance))
  }

  package func close() {
    // An instance can only be removed after its buffers are closed.
    buffers.close()
    useReader = nil
    instance = nil
  }

  /// Size in bytes of the ring buffer of reports. It has room for the reports of 0.1 s at three million a second.
  private static let useBufferBytes = 16 << 20

  private func readBufferReports() {
    guard let useReader else { return }
    do {
      try useReader.readAll(into: &stream)
    } catch {
      // Earlier reports remain valid. Events no longer wait for reports.
      bufferUseProblem = error.description
      self.useReader = nil
      stream.noteReportsRead(upTo: .max)
    }
    lostBufferReports = useReader.lostReports + stream.lateReports
  }

  private func takeLosses() -> Int {
    let losses = stream.counts.lostEvents + stream.unknownLosses
    defer { returnedLosses = losses }
    return losses - returnedLosses
  }
}
