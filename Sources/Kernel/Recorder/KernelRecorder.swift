package import Recordings
import Telemetry

/// Recorder of the running kernel's slab traffic into a .slabtrace file. Call `start` once, then `poll` about ten times a
/// second, then `finish`.
package final class KernelRecorder {
  /// Options of a recording.
  package struct Options: Sendable {
    /// Events to record.
    package var tracing = TracingOptions()
    /// Whether the occupancy of the slabs of all caches is sampled, if the kernel permits it.
    package var samplesOccupancy = true
    /// Anonymizer of the names that are not public; nil writes all names unchanged.
    package var anonymizer: Anonymizer?
    /// Name of the recording.
    package var name: String
    /// Description of the recorded traffic, in one line.
    package var summary: String

    /// Creates options that record all tasks and caches.
    package init(name: String, summary: String) { (self.name, self.summary) = (name, summary) }
  }

  private let tracer: EventTracer
  private let options: Options
  private let output: RecordingOutput
  private var writer: SlabtraceWriter
  private var events: [AllocationEvent] = []
  private var walker: SlabWalker?
  /// Method that determines the bytes in use of packets' data buffers; nil if they are not recorded.
  package var usedBytesMethod: UsedBytesMethod? { tracer.usedBytesMethod }
  /// Reason why the bytes in use are not read from the buffers, in one clause; nil if they are, or if they are not recorded.
  package var bufferUseProblem: String? { tracer.bufferUseProblem }
  /// Number of reports on buffers that were lost because the ring buffer was full or they came too late.
  package var lostBufferReports: Int { tracer.lostBufferReports }
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
    tracer = try EventTracer(options.tracing)
    output = try RecordingOutput(path)
    writer = SlabtraceWriter(
      name: options.name, summary: options.summary, anonymizer: options.anonymizer,
      usedBytesMethod: tracer.usedBytesMethod)
    if options.samplesOccupancy {
      do { walker = try SlabWalker() } catch { occupancyProblem = error.description }
    }
  }

  /// Takes the first samples and starts tracing.
  package func start() throws(RecorderError) {
    try takeSamples()
    try tracer.start()
  }

  /// Number of events recorded.
  package var eventCount: Int { tracer.counts.events }
  /// Number of events that were lost because a ring buffer was full.
  package var lostEvents: Int { tracer.counts.lostEvents }
  /// Size of the file in bytes.
  package var byteCount: Int { output.bytes }
  /// Statistics of the recorded events.
  package var counts: ImportStatistics { tracer.counts }

  /// Reads the ring buffers of the CPUs and writes the events whose order is final.
  package func poll() throws(RecorderError) {
    _ = try tracer.read(into: &events)
    try write(events)
    events.removeAll(keepingCapacity: true)
  }

  /// Samples the kernel's memory statistics and writes all events that were read, so that they are in the file even if the
  /// program is killed later.
  package func takeSamples() throws(RecorderError) {
    writer.flush(symbols: tracer.symbols)
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
    if options.tracing.countsPages {
      writer.append(KernelSample(time: time, source: .pageTraffic, text: tracer.pages.text))
    }
    try output.append(writer.drain())
  }

  /// Stops tracing, reads and writes the remaining events, and completes the file.
  package func finish() throws(RecorderError) {
    try tracer.stop { (events) throws(RecorderError) in try write(events) }
    try takeSamples()
    try output.append(writer.finish(symbols: tracer.symbols, counts: tracer.counts))
    tracer.close()
  }

  private func write(_ events: [AllocationEvent]) throws(RecorderError) {
    writer.append(events, symbols: tracer.symbols)
    let ready = writer.drain()
    if !ready.isEmpty { try output.append(ready) }
  }
}
