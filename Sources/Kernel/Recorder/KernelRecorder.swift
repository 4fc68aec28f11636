public import Recordings
import Telemetry
internal import Glibc

/// Records the running kernel's slab traffic into a .slabtrace file: `start`, then `poll` ten times a second or so, then
/// `finish`.
///
/// Reads `trace_pipe_raw` of each CPU, binary, in a tracefs instance of its own; nothing is formatted in the kernel.
public final class KernelRecorder {
  /// What to record, and how.
  public struct Options: Sendable {
    /// Whose events.
    public var scope = TracingScope.all
    /// The command's process, in that scope.
    public var command: Int?
    /// Which caches; nil is all.
    public var filter: CacheFilter?
    /// Kibibytes of ring buffer per CPU.
    public var bufferKiB: Int
    /// Whether the page allocator's events are counted as well.
    public var countsPages = true
    /// Whether the ends of packets are recorded as frees of their heads, where the kernel has the tracepoints.
    public var recordsPacketEnds = true
    /// Whether it is recorded how much of packets' data buffers was in use: read from the buffers by BPF where the kernel
    /// permits it, else from the packets' lengths, where the kernel has the tracepoints.
    public var recordsBufferUse = true
    /// Whether the slabs of all caches are sampled by occupancy, where the kernel permits it.
    public var samplesOccupancy = true
    /// Replaces names that aren't public; nil keeps all.
    public var anonymizer: Anonymizer?
    /// What the recording is called.
    public var name: String
    /// One line that says what it is of.
    public var summary: String

    /// Everything of everybody, in buffers of a 32nd of the memory, at most 32 MiB a CPU.
    public init(name: String, summary: String) {
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
  /// How it is measured how much of packets' data buffers was in use; nil if that is not recorded.
  public private(set) var useMeasure: UseMeasure?
  /// Why that is not read from the buffers, in one clause; nil if it is, or if `recordsBufferUse` is false.
  package private(set) var bufferUseProblem: String?
  /// Reports on buffers that were lost because there was no room for them or they came too late.
  package private(set) var lostUses = 0
  /// Why slab occupancy is not recorded, in one sentence; nil if it is, or if `samplesOccupancy` is false.
  package private(set) var occupancyProblem: String?

  /// Sets everything up; nothing is recorded yet. What has to be resolved is resolved here, before it would be recorded.
  public init(to path: String, _ options: Options) throws(RecorderError) {
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
    useMeasure = useReader != nil ? .buffer : hasLengths ? .packetLength : nil
    writer = SlabtraceWriter(
      name: options.name, summary: options.summary, anonymizer: options.anonymizer, useMeasure: useMeasure)
    stream = try KernelStream(
      formats: formats, headerPage: KernelFile.text(instance.root + "/events/header_page"),
      symbols: KernelSymbols(kallsyms: KernelFile.bytes("/proc/kallsyms") ?? []), cpus: (instance.cpus.last ?? 0) + 1,
      filter: options.filter)
    try instance.set("trace_clock", to: "mono")
    try instance.set("buffer_size_kb", to: String(options.bufferKiB))
    // Last, since an instance whose buffers are open can't be removed.
    buffers = try CPUBuffers(of: instance)
    if options.samplesOccupancy {
      do { walker = try SlabWalker() } catch { occupancyProblem = error.description }
    }
    try setScope()
    for tracepoint in present { try instance.set("events/\(tracepoint)/enable", to: "1") }
  }

  deinit { buffers.close() }

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

  /// Events are recorded from here on.
  public func start() throws(RecorderError) {
    try takeSamples()
    try instance.set("tracing_on", to: "1")
  }

  /// What came so far.
  public var eventCount: Int { stream.counts.events }
  /// Events that the tracer had no room for.
  public var lostEvents: Int { stream.counts.lostEvents }
  /// Bytes of the file.
  public var byteCount: Int { output.bytes }
  /// The tracepoints' own counts.
  public var counts: TraceLineCounts { stream.counts }

  /// Reads what the CPUs' buffers hold and writes what is in order.
  public func poll() throws(RecorderError) {
    readUses()
    _ = try buffers.readAll(into: &stream)
    try write()
  }

  /// Samples the kernel's own accounts, and writes all that was read: should the program be killed, what came before is
  /// in the file.
  public func takeSamples() throws(RecorderError) {
    writer.flush(symbols: stream.symbols)
    let time = CPUBuffers.now() / 1000
    for (source, path) in [(KernelSample.Source.slabinfo, "/proc/slabinfo"), (.buddyinfo, "/proc/buddyinfo")] {
      if let text = KernelFile.text(path) { writer.append(KernelSample(time: time, source: source, text: text)) }
    }
    if let walker {
      do {
        // The file of /proc took a while.
        let time = CPUBuffers.now() / 1000
        _ = try walker.update()
        let text = SlabOccupancy.text(of: walker.caches)
        writer.append(KernelSample(time: time, source: .occupancy, text: text))
      } catch {
        // This sample is left out; a refusal is final.
        if !error.isTransient { (self.walker, occupancyProblem) = (nil, error.description) }
      }
    }
    if options.countsPages {
      writer.append(KernelSample(time: time, source: .pageTraffic, text: stream.pages.text))
    }
    try output.append(writer.drain())
  }

  /// Ends the recording: what is in the buffers is read and written, and tracing is as it was.
  public func finish() throws(RecorderError) {
    try instance.set("tracing_on", to: "0")
    useReader?.stop()
    readUses()
    stream.usesWereRead(upTo: .max)
    // Buffers may hold more than one turn reads; nothing is added to them any more.
    while try !buffers.readAll(into: &stream) { try write() }
    stream.noteLost(total: buffers.lostEvents(instance))
    stream.take(into: &events, atEnd: true)
    try write()
    try takeSamples()
    try output.append(writer.finish(symbols: stream.symbols, counts: stream.counts))
    buffers.close()
  }

  /// Bytes of the ring buffer of reports: 0.1 s of some three million a second.
  private static let useBufferBytes = 16 << 20

  private func readUses() {
    guard let useReader else { return }
    do {
      try useReader.readAll(into: &stream)
    } catch {
      // What was read so far counts. Events no longer wait for reports.
      bufferUseProblem = error.description
      self.useReader = nil
      stream.usesWereRead(upTo: .max)
    }
    lostUses = useReader.lostReports + stream.lateReports
  }

  private func write() throws(RecorderError) {
    stream.take(into: &events)
    writer.append(events, symbols: stream.symbols)
    events.removeAll(keepingCapacity: true)
    let ready = writer.drain()
    if !ready.isEmpty { try output.append(ready) }
  }
}
