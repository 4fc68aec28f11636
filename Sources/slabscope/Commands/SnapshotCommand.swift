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

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write, which must not exist; - for standard output.", valueName: "file"))
  var output = "-"

  func run() throws {
    guard input != "-" else {
      throw Failure.usage("standard input is not supported; save it to a file and name the file")
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
      Standard.error("slabscope: \(problem); printing sums from /sys/kernel/slab\n")
      reader.addSlabSums(to: &snapshot)
    }
    if let changed = snapshot.inconsistentLists, changed > 0 {
      Standard.error(
        "slabscope: \(changed) slab lists changed while they were read; the occupancy of their caches is omitted\n")
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
      throw Failure.failed("\(output): file exists; choose another name, or remove the file")
    }
    do {
      try AtomicFile.write(Array(text.utf8), to: output)
    } catch {
      throw Failure.failed("\(error)")
    }
  }
}
