import ArgumentParser
import Glibc
import Profiles
import Recordings

/// `slabscope merge`: merges recordings, or profiles.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge several recordings into one, ordered by time, or several profiles into one.",
    discussion: """
      If an input is a profile (.slabprofile), or the output is named .slabprofile, the result is a profile: the sum of those of \
      the inputs. Its peaks are sums too, and therefore upper bounds. Otherwise the result is a recording.

      With --align clock, recordings of one machine keep their times. With --align start, all recordings start at the same \
      time, so that workloads that were recorded one after the other run at once.

      EXAMPLES
        slabscope merge monday.slabtrace tuesday.slabtrace -o both.slabtrace
        slabscope merge web.slabtrace dns.slabtrace --align start -o mix.slabtrace
        slabscope merge monday.slabtrace tuesday.slabprofile -o week.slabprofile
      """)

  enum Alignment: String, ExpressibleByArgument, CaseIterable { case clock, start }

  @Argument(
    help: ArgumentHelp("Two or more recordings (.slabtrace), names of bundled ones, or profiles.", valueName: "inputs"),
    completion: .recordingOrProfile)
  var files: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Recording or profile to write; - for standard output.", valueName: "file"),
    completion: .file(extensions: ["slabtrace", "slabprofile"]))
  var output: String

  @Flag(help: "Overwrite an existing file.")
  var force = false

  @Option(help: "Time of recordings to align: clock or start (default: clock).")
  var align: Alignment?

  @Option(help: "Name of the recording (default: the names of its parts).")
  var name: String?

  func validate() throws {
    guard files.count >= 2 else { throw ValidationError("expected two recordings or more, or two profiles or more") }
  }

  func run() throws {
    var inputs: [Input] = []
    for name in files where ProfileFormat(fileName: output) != .slabprofile {
      inputs.append(try Input(name))
      if inputs.last?.isProfile ?? false { break }
    }
    // Inputs after the first profile are opened one by one: a thousand profiles would not fit in memory.
    if inputs.isEmpty || inputs.contains(where: \.isProfile) { return try mergeProfiles(opened: inputs) }
    let recordings = try zip(inputs, files).map { input, name in try input.recording(name) }
    let align = align ?? .clock
    guard Set(recordings.map(\.ticksPerSecond)).count == 1 else {
      throw Failure.failed(
        "the recordings have different clocks: some count microseconds, others ticks of unknown length; merge recordings of one kind"
      )
    }
    let title = name ?? recordings.map(\.name).joined(separator: "+")
    var merge = RecordingMerge(recordings, alignment: RecordingMerge.Alignment(rawValue: align.rawValue) ?? .clock)
    var counts = recordings[0].counts ?? ImportStatistics()
    counts.cpuCount = recordings.map(\.cpuCount).max() ?? 1
    counts.packetFrees = recordings.reduce(0) { $0 + ($1.counts?.packetFrees ?? 0) }
    counts.repeatedPacketFrees = recordings.reduce(0) { $0 + ($1.counts?.repeatedPacketFrees ?? 0) }
    counts.lostEvents = recordings.reduce(0) { $0 + ($1.counts?.lostEvents ?? 0) }
    let (progress, total) = (Progress("merging"), recordings.reduce(0) { $0 + $1.eventCount })
    defer { progress.end() }
    let written = try RecordingFile.write(
      to: output, overwrites: force, name: title, summary: "merged: \(title)", like: counts,
      usedBytesMethod: UsedBytesMethod.leastExact(of: recordings.map(\.usedBytesMethod))
    ) { file in
      if align == .clock {
        for recording in recordings { try recording.forEachSample { file.add($0) } }
      }
      var (events, written) = ([AllocationEvent](), 0)
      while true {
        try merge.nextBatch(into: &events)
        if events.isEmpty { return written }
        written += events.count
        progress.update(written, of: total, "\(written) events")
        try file.add(events, symbols: merge.symbols)
      }
    }
    progress.end()
    Standard.error("\(OutputFile.title(output)): \(written) events\n")
  }

  /// Writes the merge of profiles and of the profiles of recordings.
  /// - Parameter opened: the first of the inputs, which are open already.
  private func mergeProfiles(opened: [Input]) throws {
    guard align == nil, name == nil else {
      throw Failure.usage("--align and --name: expected recordings and an output that is a recording, found profiles")
    }
    guard !output.hasSuffix(".slabtrace") else {
      throw Failure.usage("\(output): a profile cannot be merged into a recording; name the output x.slabprofile")
    }
    if output == "-", isatty(STDOUT_FILENO) == 1 {
      throw Failure.usage("a .slabprofile is binary and cannot be written to a terminal; name a file: -o x.slabprofile")
    }
    try OutputFile.check(output, overwrites: force)
    let progress = Progress("merging")
    defer { progress.end() }
    let first = try AllocationProfile.merge(try zip(opened, files).map { try $0.profile($1) })
    let merged = try ProfileMerge.profile(of: Array(files.dropFirst(opened.count)), mergedWith: first) { done in
      progress.update(done, of: files.count, "\(done) of \(files.count) profiles")
    }
    progress.end()
    try OutputFile.write(merged, to: output, overwrites: force)
    Standard.error(
      "\(OutputFile.title(output)): \(merged.events) events, \(merged.contexts.count) contexts of \(merged.sources.count) sources\n"
    )
  }
}

extension Input {
  /// Whether the input is a profile that was read from a file.
  fileprivate var isProfile: Bool { if case .profile = self { true } else { false } }
}
