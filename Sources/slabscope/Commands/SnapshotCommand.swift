import ArgumentParser
import Foundation
import Kernel
import Telemetry

/// `slabscope snapshot`: the slabs of the running kernel, or of a saved slabinfo file, once and without a terminal.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Print the slabs of the running kernel (needs root) or of a saved slabinfo file.",
    discussion: """
      Of the running kernel, each cache's slabs are counted by occupancy: full, partial and empty ones, those on CPUs, bytes free \
      in partial slabs, the slabs that perfect packing would need (PACKED), and so the share lost to external fragmentation \
      (LOST). That needs Linux 6.13 or later and the right to use BPF; without, a line on standard error says what is missing, \
      and /sys/kernel/slab gives sums. Figures that are not known are left out, or shown as -.

      EXAMPLES
        sudo slabscope snapshot kernel
        sudo slabscope snapshot kernel --format json -o before.json
        sudo slabscope snapshot kernel --format csv | sort -t, -k7 -n -r | head
        slabscope snapshot saved-slabinfo.txt
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, openmetrics, slabinfo }

  @Argument(help: ArgumentHelp("kernel, or a saved /proc/slabinfo of any version.", valueName: "input"))
  var input: String

  @Option(help: "text, json, csv, openmetrics or slabinfo.")
  var format = Format.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to a new file, whole or not at all (default: - for standard output).", valueName: "file"))
  var output = "-"

  func run() throws {
    guard input != "-" else {
      throw Failure.usage("standard input cannot be read here; save it to a file and name that")
    }
    let reader = input == "kernel" ? HostReader() : HostReader(slabinfo: input)
    var snapshot: Snapshot
    do {
      snapshot = try reader.snapshot()
    } catch {
      throw Failure.failed("\(error)")
    }
    snapshot.workload = reader.title
    if let problem = reader.occupancyProblem {
      Standard.error("slabscope: \(problem); sums are shown instead\n")
      reader.addSlabSums(to: &snapshot)
    }
    if let overtaken = snapshot.inconsistentLists, overtaken > 0 {
      Standard.error(
        "slabscope: \(overtaken) slab lists changed while they were read: the occupancy of their caches is left out\n")
    }
    try write(try text(of: snapshot))
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

  private func write(_ text: String) throws {
    guard output != "-" else { return Standard.output(text) }
    var status = stat()
    guard stat(output, &status) != 0 || status.st_mode & S_IFMT != S_IFREG else {
      throw Failure.failed("\(output) exists already; choose another name, or remove it first")
    }
    do {
      try AtomicFile.write(Array(text.utf8), to: output)
    } catch {
      throw Failure.failed("\(error)")
    }
  }
}
