import ArgumentParser
import Foundation
import Kernel
import Recordings

/// `slabscope record`: the running kernel's slab traffic becomes a recording.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record the running kernel's slab traffic (needs root and tracefs).",
    discussion: """
      Records kmalloc, kfree, kmem_cache_alloc and kmem_cache_free through a tracefs instance of its own, until ctrl-C, \
      the command's end, --seconds or --max-size, and samples /proc/slabinfo, /proc/buddyinfo and, where the kernel \
      permits it, the occupancy of all slabs each half second. The ends of packets (skb:consume_skb, skb:kfree_skb) are \
      recorded as frees of their heads, most of which the allocator does not report. How much of each packet's data buffer \
      was in use is recorded with the buffer's free, because the kernel rounds these requests up before it makes them: read \
      from the buffers by a BPF program where the kernel permits it (as root, or with CAP_BPF and CAP_PERFMON), else from \
      the packets' lengths (net:net_dev_queue, net:netif_receive_skb), which leave out the head room; --no-buffer-use leaves \
      it out. No task's name and no kernel \
      address is stored. A file that was there before becomes FILE.old.

      EXAMPLES
        sudo slabscope record -o x.slabtrace --seconds 10
        sudo slabscope record -o x.slabtrace --filter command -- iperf3 -c server
        sudo slabscope record -o x.slabtrace --caches 'skbuff|kmalloc-(512|1024|2048)'
        slabscope record --print-bpftrace > kmem.bt && sudo bpftrace kmem.bt | slabscope import - -o x.slabtrace
      """)

  enum Filter: String, ExpressibleByArgument, CaseIterable { case all, command, kernel }

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the recording goes.", valueName: "file"))
  var output: String?

  @Option(help: "End after so many seconds.")
  var seconds: Double?

  @Option(
    help: """
      Whose events: all; command (the command, its descendants, and the kernel's threads, which do much of the \
      network's work); kernel (the kernel's threads only).
      """)
  var filter = Filter.all

  @Option(
    help: ArgumentHelp(
      "Only caches whose name matches, anywhere in it; kmalloc's are kmalloc-<bytes>.", valueName: "regex"))
  var caches: String?

  @Option(help: ArgumentHelp("End when the file has so many bytes, e.g. 500M.", valueName: "bytes"))
  var maxSize: ByteSize?

  @Option(help: ArgumentHelp("Ring buffer of each CPU, e.g. 64M.", valueName: "bytes"))
  var buffer: ByteSize?

  @Option(help: "What to call the recording (default: the file's name).")
  var name: String?

  @Flag(help: "Store function names and cache names of the kernel's own only; others are hashed.")
  var anonymize = false

  @Flag(inversion: .prefixedNo, help: "Record the ends of packets as frees of their heads.")
  var packetEnds = true

  @Flag(inversion: .prefixedNo, help: "Record how much of each packet's data buffer was in use.")
  var bufferUse = true

  @Flag(name: .customLong("print-bpftrace"), help: "Print a bpftrace script whose output `slabscope import` reads.")
  var printBpftrace = false

  @Argument(help: ArgumentHelp("A command to run and record, behind --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    if printBpftrace { return }
    guard output != nil else { throw ValidationError("name the file to record into: -o FILE") }
    guard output != "-" else { throw ValidationError("a recording goes to a file, not to standard output: -o FILE") }
    guard seconds.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
      throw ValidationError("--seconds takes a number above 0 and below 1e9")
    }
    guard filter != .command || !command.isEmpty else {
      throw ValidationError("--filter command needs a command: slabscope record -o FILE --filter command -- COMMAND")
    }
  }

  func run() throws {
    if printBpftrace { return Standard.output(BpftraceScript.text) }
    guard let output else { return }
    if output == "/dev/stdout" { throw Failure.usage("a recording goes to a file, not to standard output: -o FILE") }
    let base = ((output as NSString).lastPathComponent as NSString).deletingPathExtension
    var options = KernelRecorder.Options(name: name ?? base, summary: "recorded: \(name ?? base)")
    options.scope = TracingScope(rawValue: filter.rawValue) ?? .all
    options.filter = try Pattern.matcher(caches, option: "--caches").map { CacheFilter($0) }
    options.recordsPacketEnds = packetEnds
    options.recordsBufferUse = bufferUse
    options.anonymizer = anonymize ? Anonymizer() : nil
    if let buffer { options.bufferKiB = max(64, buffer.bytes >> 10) }
    let signals = EndSignals()
    let process = try command.isEmpty ? nil : RecordedCommand(command)
    options.command = process.map { Int($0.process) }
    do {
      let recorder = try KernelRecorder(to: output, options)
      try recorder.start()
      process?.go()
      let end = try record(recorder, signals, process)
      try recorder.finish()
      report(recorder, end, to: output, process)
    } catch let error as RecorderError {
      Standard.progress("")
      process?.kill()
      throw Failure.failed("\(error)")
    }
  }

  /// Why recording ended.
  private enum End { case asked, time, size, command(status: Int32) }

  /// Polls until something ends the recording.
  private func record(
    _ recorder: KernelRecorder, _ signals: EndSignals, _ process: RecordedCommand?
  ) throws -> End {
    let start = ContinuousClock.now
    var (nextSample, sampled, events) = (start + .milliseconds(500), start, 0)
    while true {
      let signalled = signals.wait(milliseconds: 50)
      try recorder.poll()
      let now = ContinuousClock.now
      if now >= nextSample {
        nextSample = now + .milliseconds(500)
        try recorder.takeSamples()
        let interval = Double(sampled.duration(to: now) / .nanoseconds(1)) / 1e9
        let rate = Double(recorder.eventCount - events) / max(interval, 1e-9)
        (sampled, events) = (now, recorder.eventCount)
        Standard.progress(
          String(
            format: "recording: %.0f events/s, %d events, %.1f MB, %d lost (ctrl-C ends)", rate, recorder.eventCount,
            Double(recorder.byteCount) / 1e6, recorder.lostEvents))
      }
      if let status = process?.status() { return .command(status: status) }
      if signalled { return .asked }
      if let seconds, start.duration(to: now) >= .seconds(seconds) { return .time }
      if let maxSize, recorder.byteCount >= maxSize.bytes { return .size }
    }
  }

  private func report(_ recorder: KernelRecorder, _ end: End, to path: String, _ process: RecordedCommand?) {
    Standard.progress("")
    let perEvent = Double(recorder.byteCount) / Double(max(recorder.eventCount, 1))
    var lines = [
      String(
        format: "%@: %d events, %d lost, %d bytes (%.2f an event)", path, recorder.eventCount, recorder.lostEvents,
        recorder.byteCount, perEvent)
    ]
    if let problem = recorder.occupancyProblem { lines.append("\(problem); the recording has /proc/slabinfo only") }
    if let problem = recorder.bufferUseProblem {
      lines.append(
        recorder.usedBytesMethod == .packetLength
          ? "\(problem); the recording has packets' lengths instead, without their head room"
          : "\(problem); the recording does not know how much of packets' data was in use")
    }
    if recorder.lostBufferReports > 0 {
      lines.append("\(recorder.lostBufferReports) reports on packets' data buffers were lost")
    }
    if recorder.lostEvents > 0 {
      lines.append("give the tracer more room: --buffer 128M, or record less: --caches REGEX")
    }
    switch end {
    case .command(let status) where status != 0: lines.append("the command ended with status \(status)")
    case .size: lines.append("ended since the file reached --max-size")
    case .asked, .time, .command: break
    }
    if case .command = end {} else { process?.kill() }
    Standard.error(lines.map { $0 + "\n" }.joined())
  }
}
