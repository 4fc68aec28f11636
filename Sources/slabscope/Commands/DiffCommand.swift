import ArgumentParser
import Dashboard
import Profiles
import Telemetry

/// `slabscope diff`: compares two snapshots, or two profiles.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Print the growth by cache between two snapshots, or by call site between two profiles.",
    discussion: """
      Two recordings or profiles (.slabprofile) are compared by call site and cache: growth of the live objects and bytes, and \
      allocated bytes per hour. All other inputs, and recordings with --snapshot, are compared as snapshots, by cache: the running \
      kernel, saved slab figures, a history at a time, or a recording or workload, which is replayed to its end. Growth is that of \
      the second input over the first, largest first. Figures that an input does not know are omitted.

      EXAMPLES
        slabscope diff before.json after.json
        slabscope diff x.history@-1h x.history
        slabscope diff before-slabinfo.txt kernel --filter skbuff
        slabscope diff before.json after.json --format json -o growth.json
        slabscope diff monday.slabtrace tuesday.slabtrace --filter 'growth_bytes > 1M'
        slabscope diff monday.slabprofile tuesday.slabtrace --format csv
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

  @Argument(
    help: "Earlier input: a recording, a profile, kernel, a saved snapshot, a history, a workload, or -.",
    completion: .input)
  var before: String

  @Argument(help: "Later input.", completion: .input)
  var after: String

  @Option(help: "text, json or csv.")
  var format = Format.text

  @Flag(help: "Compare the slabs of two recordings after a replay, by cache.")
  var snapshot = false

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: SnapshotInputOptions

  func validate() throws {
    guard before != "-" || after != "-" else { throw ValidationError("only one of the inputs can be standard input") }
  }

  func run() throws {
    try output.check()
    let traffic = options.playback.traffic.changes
    let (first, second) = (try Input(before, traffic), try Input(after, traffic))
    if !snapshot, first.hasProfile, second.hasProfile { return try compareProfiles(first, second) }
    let filter = try selection.cacheFilter()
    var (old, new) = (
      try SnapshotInput(first, before, options).snapshot, try SnapshotInput(second, after, options).snapshot
    )
    if let filter {
      // A cache that passes the filter in one of the snapshots is compared in both.
      let names = Set((old.caches + new.caches).lazy.filter { filter.includes($0) }.map(\.name))
      old.caches.removeAll { !names.contains($0.name) }
      new.caches.removeAll { !names.contains($0.name) }
    }
    var difference = SnapshotDifference(
      from: old, named: DiffCommand.title(before, old), to: new, named: DiffCommand.title(after, new))
    switch format {
    case .text: try output.write(difference.text(limit: selection.limit))
    case .json:
      difference.caches = Array(difference.caches.prefix(selection.limit ?? .max))
      try output.write(difference.json())
    case .csv:
      difference.caches = Array(difference.caches.prefix(selection.limit ?? .max))
      try output.write(difference.csv)
    }
  }

  /// Returns the name of an input: as it was typed; the name of its content if it was piped.
  private static func title(_ name: String, _ snapshot: Snapshot) -> String {
    guard name == "-" else { return name }
    return snapshot.workload.isEmpty ? "pasted text" : snapshot.workload
  }

  /// Compares two recordings or profiles by call site and cache.
  private func compareProfiles(_ first: Input, _ second: Input) throws {
    guard options.playback.memory == nil, options.playback.policy == nil, !options.playback.cold else {
      throw Failure.usage("--memory, --policy and --cold: apply to a replay; add --snapshot")
    }
    let filter = try selection.differenceFilter()
    var difference = ProfileDifference(
      from: try first.profile(before, upTo: options.events), named: DiffCommand.title(before, first),
      to: try second.profile(after, upTo: options.events), named: DiffCommand.title(after, second))
    if let filter { difference.keep { filter.includes($0) } }
    switch format {
    case .text: try output.write(difference.text(limit: selection.limit))
    case .json:
      difference.sites = Array(difference.sites.prefix(selection.limit ?? .max))
      try output.write(JSONText.text(of: difference) + "\n")
    case .csv:
      difference.sites = Array(difference.sites.prefix(selection.limit ?? .max))
      try output.write(difference.csv)
    }
  }

  /// Returns the name of an input: as it was typed; the name of its content if it was piped.
  private static func title(_ name: String, _ input: Input) -> String {
    name == "-" ? InputIdentity(input).name : name
  }
}

extension Input {
  /// Whether the input is a recording or a profile, which are compared by call site.
  fileprivate var hasProfile: Bool {
    switch self {
    case .recording, .profile: true
    case .workload, .kernel, .snapshot, .history: false
    }
  }
}
