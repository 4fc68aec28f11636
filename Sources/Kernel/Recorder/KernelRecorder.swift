package import Recordings
import Telemetry
internal import Glibc

/// Recorder of the running kernel's slab traffic into a .slabtrace file. Call `start` once, then `poll` about ten times a
/// second, then `finish`.
///
/// It reads the binary events of `trace_pipe_raw` of each CPU in its own tracefs instance, so that the kernel need not format
/// them.
package final class KernelRecorder {
  /// Options of a recording.
  package struct Options: Sendable {
    /// Tasks to record.
    package var scope = TracingScope.all
    /// Process number of the command, for the scope `.command`.
    package var command: Int?
    /// Caches to record; nil records all of them.
    package var filter: CacheFilter?
    /// Size of the ring buffer of each CPU in KiB.
    package var bufferKiB: Int
    /// Whether the events of the page allocator are counted.
    package var countsPages = true
    /// Whether the ends of packets are recorded as frees of their heads, if the kernel has the tracepoints.
    package var recordsPacketEnds = true
    /// Whether the bytes in use of packets' data buffers are recorded. They are read from the buffers by BPF if the kernel
    /// permits it; otherwise they are computed from the lengths of packets, if the kernel has the tracepoints.
    package var recordsBufferUse = true
    /// Whether the occupancy of the slabs of all caches is sampled, if the kernel permits it.
    package var samplesOccupancy = true
    /// Anonymizer of the names that are not public; nil writes all names unchanged.
    package var anonymizer: Anonymizer?
    /// Name of the recording.
    package var name: String
    /// Description of the recorded traffic, in one line.
    package var summary: String

    /// Creates options that record all tasks and caches. The ring buffers take a 32nd of the memory, from 1 to 32 MiB for each
    /// CPU.
    package init(name: String, summary: String) {
      (self.name, self.summary) = (name, summary)
      let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
      let cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      bufferKiB = min(max(memory / 32 / cpus, 1 << 20), 32 << 20) >> 10
    }
  }

  private let instance: TracefsInstance
  private let options: Options
  private let output: RecordingOutput
  private var writer: SlabtraceWriter
  private var stream: KernelStream
  private let buffers: CPUBuffers
  private var events: [AllocationEvent] = []
  private var walker: SlabWalker?
  private var useReader: BufferUseReader?
  /// Method that determines the bytes in use of packets' data buffers; nil if they are not recorded.
  package private(set) var usedBytesMethod: UsedBytesMethod?
  /// Reason why the bytes in use are not read from the buffers, in one clause; nil if they are, or if `recordsBufferUse` is
  /// false.
  package private(set) var bufferUseProblem: String?
  /// Number of reports on buffers that were lost because the ring buffer was full or they came too late.
  package private(set) var lostBufferReports = 0
  /// Reason why slab occupancy is not recorded, in one sentence; nil if it is, or if `samplesOccupancy` is false.
  package private(set) var occupancyProblem: String?

  /// Creates the file and prepares tracing without starting it. Formats and symbols are read here, so that their allocations
  /// are not recorded.
  /// - Parameters:
  ///   - path: Path of the file to create. An existing file is replaced.
  ///   - options: Options of the recording.
  /// - Throws: `RecorderError`.
  package init(to path: String, _ options: Options) throws(RecorderError) {
    self.options = options
    instance = try TracefsInstance()
    output = try RecordingOutput(path)
    if options.recordsBufferUse {
      do {
        let reader = try BufferUseReader(bufferBytes: KernelRecorder.useBufferBytes)
        try reader.start()
        useReader = reader
      } catch {
        bufferUseProblem = error.description
      }
    }
    let readsLengths = options.recordsBufferUse && useReader == nil
    let tracepoints =
      KernelEventDecoder.tracepoints.map { "kmem/" + $0.name }
      + (options.countsPages ? KernelEventDecoder.pageTracepoints.map { "kmem/" + $0 } : [])
      + (options.recordsPacketEnds ? KernelEventDecoder.packetTracepoints.map { "skb/" + $0.name } : [])
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
    writer = SlabtraceWriter(
      name: options.name, summary: options.summary, anonymizer: options.anonymizer, usedBytesMethod: usedBytesMethod)
    stream = try KernelStream(
      formats: formats, headerPage: KernelFile.text(instance.root + "/events/header_page"),
      symbols: KernelSymbols(kallsyms: KernelFile.bytes("/proc/kallsyms") ?? []), cpus: (instance.cpus.last ?? 0) + 1,
      filter: options.filter)
    try instance.set("trace_clock", to: "mono")
    try instance.set("buffer_size_kb", to: String(options.bufferKiB))
    // The buffers are opened after everything that may throw, because an instance with open buffers cannot be removed.
    buffers = try CPUBuffers(of: instance)
    if options.samplesOccupancy {
      do { walker = try SlabWalker() } catch { occupancyProblem = error.description }
    }
    try setScope()
    for tracepoint in present { try instance.set("events/\(tracepoint)/enable", to: "1") }
  }

  deinit { buffers.close() }

  /// Restricts tracing to the tasks of the scope.
  private func setScope() throws(RecorderError) {
    let own = KernelFile.names(in: "/proc/self/task").compactMap(Int.init)
    switch options.scope {
    case .all: try instance.set("set_event_notrace_pid", toProcesses: own)
    case .command, .kernel:
      try instance.set("trace_options", to: "event-fork")
      let command = options.scope == .command ? options.command.map { [$0] } ?? [] : []
      try instance.set("set_event_pid", toProcesses: command + TracingScope.kernelThreads())
    }
  }

  /// Takes the first samples and starts tracing.
  package func start() throws(RecorderError) {
    try takeSamples()
    try instance.set("tracing_on", to: "1")
  }

  /// Number of events recorded.
  package var eventCount: Int { stream.counts.events }
  /// Number of events that were lost because a ring buffer was full.
  package var lostEvents: Int { stream.counts.lostEvents }
  /// Size of the file in bytes.
  package var byteCount: Int { output.bytes }
  /// Statistics of the recorded events.
  package var counts: ImportStatistics { stream.counts }

  /// Reads the ring buffers of the CPUs and writes the events whose order is final.
  package func poll() throws(RecorderError) {
    readBufferReports()
    _ = try buffers.readAll(into: &stream)
    try write()
  }

  /// Samples the kernel's memory statistics and writes all events that were read, so that they are in the file even if the
  /// program is killed later.
  package func takeSamples() throws(RecorderError) {
    writer.flush(symbols: stream.symbols)
    let time = CPUBuffers.now() / 1000
    for (source, path) in [(KernelSample.Source.slabinfo, "/proc/slabinfo"), (.buddyinfo, "/proc/buddyinfo")] {
      if let text = KernelFile.text(path) { writer.append(KernelSample(time: time, source: source, text: text)) }
    }
    if let walker {
      do {
        // The time is taken again, because reading the files of /proc takes a while.
        let time = CPUBuffers.now() / 1000
        _ = try walker.update()
        let text = SlabOccupancy.text(of: walker.caches)
        writer.append(KernelSample(time: time, source: .occupancy, text: text))
      } catch {
        // This sample is left out. Unless the error is transient, occupancy is not sampled again.
        if !error.isTransient { (self.walker, occupancyProblem) = (nil, error.description) }
      }
    }
    if options.countsPages {
      writer.append(KernelSample(time: time, source: .pageTraffic, text: stream.pages.text))
    }
    try output.append(writer.drain())
  }

  /// Stops tracing, reads and writes the remaining events, and completes the file.
  package func finish() throws(RecorderError) {
    try instance.set("tracing_on", to: "0")
    useReader?.stop()
    readBufferReports()
    stream.noteReportsRead(upTo: .max)
    // The buffers may contain more than one call reads. Tracing has stopped, so they become empty.
    while try !buffers.readAll(into: &stream) { try write() }
    stream.noteLostEvents(total: buffers.lostEvents(instance))
    stream.removeEvents(into: &events, atEnd: true)
    try write()
    try takeSamples()
    try output.append(writer.finish(symbols: stream.symbols, counts: stream.counts))
    buffers.close()
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

  private func write() throws(RecorderError) {
    stream.removeEvents(into: &events)
    writer.append(events, symbols: stream.symbols)
    events.removeAll(keepingCapacity: true)
    let ready = writer.drain()
    if !ready.isEmpty { try output.append(ready) }
  }
}
