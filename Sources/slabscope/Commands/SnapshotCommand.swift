import ArgumentParser
import Foundation
import Kernel
import Telemetry

/// `slabscope snapshot`: prints the slabs of the running kernel, or of a saved slabinfo file.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Print the slabs of the running kernel (needs root) or of a saved slabinfo file.",
    discussion: """
      The slabs of the running kernel are counted by occupancy: full, partial and empty slabs, slabs on CPUs, free bytes in partial \
      slabs, the number of slabs that the live objects would fill completely (PACKED), and the share of slabs lost to external \
      fragmentation (LOST). This requires Linux 6.13 or later and permission to use BPF. Otherwise sums from /sys/kernel/slab are \
      printed, and a line on standard error names the missing requirement. Unknown figures are omitted, or printed as -.

      EXAMPLES
        sudo slabscope snapshot kernel
        sudo slabscope snapshot kernel --format json -o before.json
        sudo slabscope snapshot kernel --format csv | sort -t, -k7 -n -r | head
        slabscope snapshot saved-slabinfo.txt
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, openmetrics, slabinfo }

  @Argument(
    help: ArgumentHelp("kernel for the running kernel, or a saved /proc/slabinfo of any version.", valueName: "input"))
  var input: String

  @Option(help: "text, json, csv, openmetrics or slabinfo.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.check()
    switch try Input(input) {
    case .kernel: try output.write(try text(of: kernelSnapshot()))
    case .snapshot(let file): try output.write(try text(of: file.snapshot))
    case .history(let history): try output.write(try text(of: history.snapshot()))
    case .recording, .workload:
      throw Failure.usage(
        "\(input): expected the kernel, a saved snapshot or a history; replay it first: slabscope run \(input)")
    }
  }

  private func kernelSnapshot() throws -> Snapshot {
    let reader = HostReader()
    var snapshot: Snapshot
    do {
      snapshot = try reader.snapshot()
    } catch {
      throw Failure.failed("\(error)")
    }
    snapshot.workload = reader.title
    if let problem = reader.occupancyProblem {
      Standard.error("slabscope: \(problem); printing sums from /sys/kernel/slab\n")
      reader.addSlabSums(to: &snapshot)
    }
    if let changed = snapshot.inconsistentLists, changed > 0 {
      Standard.error(
        "slabscope: \(changed) slab lists changed while they were read; the occupancy of their caches is omitted\n")
    }
    return snapshot
  }

  private func text(of snapshot: Snapshot) throws -> String {
    switch format {
    case .text: snapshot.text
    case .json: try snapshot.json()
    case .csv: snapshot.csv
    case .openmetrics: snapshot.openMetrics
    case .slabinfo: SlabinfoEncoder.encode(snapshot)
    }
  }
}
