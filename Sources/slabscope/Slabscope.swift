import ArgumentParser
import Foundation

/// The command line. Without a subcommand it opens the dashboard.
@main
struct Slabscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slabscope",
    abstract: "Watch a slab allocator work: real memory, real network traffic, every cache, slab and page live.",
    discussion: """
      EXAMPLES
        slabscope                                     the dashboard, on phases of network traffic
        slabscope dashboard --workload burst          the dashboard, on a synthetic workload
        slabscope --history x.history                 the same, written down to be looked at again
        slabscope history x.history                   look at it again
        sudo slabscope record -o x.slabtrace -- CMD   record the running kernel while a command runs
        slabscope import trace.txt -o x.slabtrace     ftrace text becomes a recording
        zstdcat t.zst | slabscope import - -o x.slabtrace
        sudo slabscope snapshot kernel                the running kernel's slabs, cache by cache
        slabscope info x.slabtrace                    what a recording holds
        slabscope dashboard x.slabtrace               watch it
        slabscope run --replay x.slabtrace            play it without a terminal, print the snapshot

      Exit status: 0 done, 1 it failed, 2 it was asked for wrongly, 128+n ended by signal n.
      """,
    version: "slabscope 0.1.0 (\(buildOptions))",
    subcommands: [
      DashboardCommand.self, SnapshotCommand.self, HistoryCommand.self, RunCommand.self, RecordCommand.self,
      ImportCommand.self,
      InfoCommand.self,
      CutCommand.self, MergeCommand.self, ValidateModelCommand.self, CompareCommand.self,
      PoliciesCommand.self, WorkloadsCommand.self, AdviseCommand.self, ThemesCommand.self, ConfigCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  static func main() {
    // A reader that goes away (`| head`) is no crash: writing fails instead, and ends the program quietly.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as Failure {
      Standard.error("slabscope: \(error)\n")
      Foundation.exit(error.isUsage ? 2 : 1)
    } catch {
      // ArgumentParser's own: help and version go to standard output with status 0, mistakes to standard error with 2.
      let status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status.isSuccess {
        Standard.output(message + "\n")
        Foundation.exit(0)
      }
      Standard.error(message + "\n")
      Foundation.exit(status == .validationFailure ? 2 : status.rawValue)
    }
  }
}

/// The package traits that this program was built with and without, in words.
private let buildOptions: String = {
  #if Capture
    let capture = "with data capture"
  #else
    let capture = "without data capture"
  #endif
  #if BPF
    return capture + ", with BPF"
  #else
    return capture + ", without BPF"
  #endif
}()
