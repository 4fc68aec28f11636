import ArgumentParser
import Dashboard
import Telemetry

/// `slabscope diff`: compares two snapshots.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Print the growth of each cache between two snapshots, largest first.",
    discussion: """
      Each input may be the running kernel, saved slab figures, a history at a time, or a recording or workload, which is \
      replayed to its end. Growth is that of the second input over the first. Figures that an input does not know are omitted.

      EXAMPLES
        slabscope diff before.json after.json
        slabscope diff x.history@-1h x.history
        slabscope diff before-slabinfo.txt kernel --filter skbuff
        slabscope diff before.json after.json --format json -o growth.json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

  @Argument(help: "Earlier snapshot: kernel, a saved snapshot, a history, a recording, a workload, or -.")
  var before: String

  @Argument(help: "Later snapshot.")
  var after: String

  @Option(help: "text, json or csv.")
  var format = Format.text

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var options: SnapshotInputOptions

  func validate() throws {
    guard before != "-" || after != "-" else { throw ValidationError("only one of the inputs can be standard input") }
  }

  func run() throws {
    try output.check()
    let filter = try selection.cacheFilter()
    var (old, new) = (try SnapshotInput(before, options).snapshot, try SnapshotInput(after, options).snapshot)
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
}
