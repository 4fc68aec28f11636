import ArgumentParser
import Glibc
import Kernel
import Recordings
import TextOutput

/// `slabscope record`: records the slab allocations of the running kernel.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record the slab allocations of the running kernel (needs root and tracefs).",
    discussion: """
      Records kmalloc, kfree, kmem_cache_alloc and kmem_cache_free through a separate tracefs instance, until ctrl-C, the \
      end of the command, --seconds or --max-size. Every half second it samples /proc/slabinfo, /proc/buddyinfo and, if the \
      kernel permits it, the occupancy of all slabs. The ends of packets (skb:consume_skb, skb:kfree_skb) are recorded as \
      frees of their sk_buff heads, most of which have no trace event of the allocator. The kernel rounds the sizes of \
      packet data buffers up before it allocates them; therefore the used bytes of each buffer are recorded with its free. \
      A BPF program reads them from the buffer if the kernel permits it (root, or CAP_BPF and CAP_PERFMON); otherwise they \
      are the packet length (net:net_dev_queue, net:netif_receive_skb) without the head room. --no-buffer-use omits them. \
      Task names and kernel addresses are not stored. An existing file is replaced only with --force.

      A command is recorded until it ends: ctrl-C and other signals are passed on to it, and the exit status is that of the \
      command (128+n if signal n killed it). A second ctrl-C ends the recording and the command.

      EXAMPLES
        sudo slabscope record -o x.slabtrace --seconds 10
        sudo slabscope record -o x.slabtrace --filter command -- iperf3 -c server
        sudo slabscope record -o x.slabtrace --caches 'skbuff|kmalloc-(512|1024)'
        slabscope record --print-bpftrace > kmem.bt
        sudo bpftrace kmem.bt | slabscope import - -o x.slabtrace
      """)

  enum Filter: String, ExpressibleByArgument, CaseIterable { case all, command, kernel }

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Recording to write.", valueName: "file"),
    completion: .file(extensions: ["slabtrace"]))
  var output: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: "End after this number of seconds.")
  var seconds: Double?

  @Option(
    help: """
      Tasks to record: all; command (the command, its descendants, and kernel threads, which do much of the network \
      processing); kernel (kernel threads only).
      """)
  var filter = Filter.all

  @Option(
    help: ArgumentHelp(
      "Caches to record: those whose name has a match (default: all). kmalloc caches are kmalloc-<bytes>.",
      valueName: "regex"), completion: .kernelCache)
  var caches: String?

  @Option(help: ArgumentHelp("End when the file has this size, e.g. 500M.", valueName: "bytes"))
  var maxSize: ByteSize?

  @Option(help: ArgumentHelp("Size of each CPU's ring buffer, e.g. 64M.", valueName: "bytes"))
  var buffer: ByteSize?

  @Option(help: "Name of the recording (default: the name of the file).")
  var name: String?

  @Flag(help: "Hash the names of functions and caches that are not part of the mainline kernel.")
  var anonymize = false

  @Flag(inversion: .prefixedNo, help: "Record the ends of packets as frees of their sk_buff heads.")
  var packetEnds = true

  @Flag(inversion: .prefixedNo, help: "Record the used bytes of each packet's data buffer.")
  var bufferUse = true

  @Flag(name: .customLong("print-bpftrace"), help: "Print a bpftrace script whose output `slabscope import` reads.")
  var printBpftrace = false

  @Argument(help: ArgumentHelp("Command to run and record, after --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    if printBpftrace { return }
    guard output != nil else { throw ValidationError("expected a file for the recording: -o FILE") }
    guard output != "-" else {
      throw ValidationError("a recording cannot be written to standard output; name a file: -o FILE")
    }
    guard seconds.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
      throw ValidationError("--seconds: expected a number above 0 and below 1e9")
    }
    guard filter != .command || !command.isEmpty else {
      throw ValidationError("--filter command requires a command: slabscope record -o FILE --filter command -- COMMAND")
    }
  }

  func run() throws {
    if printBpftrace { return Standard.output(BpftraceScript.text) }
    guard let output else { return }
    if output == "/dev/stdout" {
      throw Failure.usage("a recording cannot be written to standard output; name a file: -o FILE")
    }
    try OutputFile.check(output, overwrites: force)
    let base = output.lastPathComponent.deletingPathExtension
    var options = KernelRecorder.Options(name: name ?? base, summary: "recorded: \(name ?? base)")
    options.tracing.scope = TracingScope(rawValue: filter.rawValue) ?? .all
    options.tracing.filter = try Pattern.matcher(caches, option: "--caches").map { CacheFilter($0) }
    options.tracing.tracesPacketEnds = packetEnds
    options.tracing.tracesBufferUse = bufferUse
    options.anonymizer = anonymize ? Anonymizer() : nil
    if let buffer { options.tracing.bufferKiB = max(64, buffer.bytes >> 10) }
    let signals = EndSignals()
    let process = try command.isEmpty ? nil : RecordedCommand(command)
    options.tracing.command = process.map { Int($0.process) }
    do {
      let recorder = try KernelRecorder(to: output, options)
      try recorder.start()
      process?.resume()
      let end = try record(recorder, signals, process)
      try recorder.finish()
      report(recorder, end, to: output)
      // A command that a limit ended has no status of its own.
      if case .time = end {
        process?.end()
      } else if case .size = end {
        process?.end()
      } else if let process {
        if case .signal = end { process.end() }
        let status = process.waitForEnd()
        if status != 0 { Glibc.exit(status) }
      }
    } catch let error as RecorderError {
      Standard.progress("")
      process?.end()
      throw Failure.failed("\(error)")
    }
  }

  /// The event that ended the recording.
  private enum End { case signal, time, size, command(status: Int32, signal: Int32?) }

  /// Records until a signal, the end of the command, or a limit.
  private func record(
    _ recorder: KernelRecorder, _ signals: EndSignals, _ process: RecordedCommand?
  ) throws -> End {
    let start = ContinuousClock.now
    var (nextSample, sampled, events, signalCount) = (start + .milliseconds(500), start, 0, 0)
    while true {
      let signal = signals.next(milliseconds: 50)
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
            printf: "recording: %.0f events/s, %d events, %.1f MB, %d lost (ctrl-C ends)", rate, recorder.eventCount,
            Double(recorder.byteCount) / 1e6, recorder.lostEvents))
      }
      if let process, let end = RecordCommand.end(of: process) { return end }
      if let signal {
        signalCount += 1
        // The first signal asks the command to end, which then ends the recording. The terminal has sent it to the command too.
        guard let process, signalCount == 1 else { return .signal }
        if !signal.isFromTerminal { process.send(signal.number) }
      }
      if let seconds, start.duration(to: now) >= .seconds(seconds) { return .time }
      if let maxSize, recorder.byteCount >= maxSize.bytes { return .size }
    }
  }

  /// Returns the end of a command; nil while it runs. A shell exits with status 128 + n if signal n killed its child;
  /// therefore the signal is read from the kernel and not derived from the status.
  private static func end(of command: RecordedCommand) -> End? {
    var child = siginfo_t()
    // WNOWAIT leaves the process to `exitStatus`. The call fails if `exitStatus` has already waited for it.
    let isKnown = waitid(P_PID, id_t(command.process), &child, WEXITED | WNOHANG | WNOWAIT) == 0
    if isKnown, child.si_signo != SIGCHLD { return nil }
    guard let status = command.exitStatus() else { return nil }
    let isKilled = isKnown && Int(child.si_code) != Int(CLD_EXITED)
    return .command(status: status, signal: isKilled ? child._sifields._sigchld.si_status : nil)
  }

  private func report(_ recorder: KernelRecorder, _ end: End, to path: String) {
    Standard.progress("")
    let perEvent = Double(recorder.byteCount) / Double(max(recorder.eventCount, 1))
    var lines = [
      "\(path): \(recorder.eventCount) events, \(recorder.lostEvents) lost, \(recorder.byteCount) bytes "
        + String(printf: "(%.2f bytes per event)", perEvent)
    ]
    if let problem = recorder.occupancyProblem { lines.append("\(problem); the recording has /proc/slabinfo only") }
    if let problem = recorder.bufferUseProblem {
      lines.append(
        recorder.usedBytesMethod == .packetLength
          ? "\(problem); used bytes are packet lengths, without head room"
          : "\(problem); used bytes of packet data are not recorded")
    }
    if recorder.lostBufferReports > 0 { lines.append("\(recorder.lostBufferReports) reports of used bytes were lost") }
    if recorder.lostEvents > 0 {
      lines.append(
        "to lose fewer events, enlarge the ring buffer (--buffer 128M) or record fewer caches (--caches REGEX)")
    }
    switch end {
    case .command(let status, let signal?):
      lines.append("the command was killed by signal \(signal) (exit status \(status))")
    case .command(let status, nil) where status != 0: lines.append("the command ended with exit status \(status)")
    case .size: lines.append("the file reached --max-size")
    case .signal, .time, .command: break
    }
    Standard.error(lines.map { $0 + "\n" }.joined())
  }
}
