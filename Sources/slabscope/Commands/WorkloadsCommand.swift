import ArgumentParser
import Foundation
import Workloads

/// `slabscope workloads`: what there is, and files to start from.
struct WorkloadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "List the synthetic workloads, or print one as a file to start from.",
    discussion: """
      --workload of run and the dashboard, and compare, take a name or a file in this form; --rate, --flows and so on set \
      single parameters.

      EXAMPLES
        slabscope workloads
        slabscope workloads churn > mine.toml
        slabscope run --workload mine.toml --seconds 30
        slabscope dashboard --workload router --cpus 8 --rate 1000000
      """)

  @Argument(help: "The workload to print; a file is read and printed whole, with every parameter.")
  var name: String?

  @OptionGroup var traffic: TrafficOptions

  func run() throws {
    if let name { return Standard.output(try traffic.settings(name).toml) }
    let width = WorkloadCatalog.names.map(\.count).max() ?? 0
    Standard.output(
      WorkloadCatalog.workloads.map {
        $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.summary + "\n"
      }.joined())
  }
}
