import ArgumentParser
import Foundation
import Kernel
import Telemetry
import Workloads

/// `slabscope history`: a recorded history on the screens that it was recorded from, or a host recorded without a screen.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Look at a recorded history again, or record this host's without a screen.",
    discussion: """
      Histories are SQLite files that `slabscope --history FILE` writes while it shows, or this command with --record. It opens at \
      the latest moment: t and T step, J jumps (2m ago, 14:05:00), space plays on, + and - change the speed, n goes to the end, b \
      marks a moment and shows at another what grew between them. A file that is still being written is followed.

      EXAMPLES
        slabscope --history traffic.history --workload burst
        slabscope history traffic.history
        sudo slabscope history host.history --record --interval 5 --keep 24h
        sqlite3 host.history "SELECT time, slab_bytes FROM cache_history WHERE name = 'dentry'"
      """)

  @Argument(help: "The history.")
  var file: String

  @Flag(help: "Record this host's kernel into it until ctrl-C (needs root).")
  var record = false

  @Option(help: "Seconds between two recorded moments, 1 to 3600 (default: 1); goes with --record.")
  var interval: Double?

  @Option(help: "Keep so much of it, e.g. 30m, 24h, 7d (default: all); goes with --record.")
  var keep: TimeSpan?

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    guard record || (interval == nil && keep == nil) else {
      throw ValidationError("--interval and --keep go with --record")
    }
    guard interval.map({ (1...3600).contains($0) }) ?? true else {
      throw ValidationError("--interval takes 1 to 3600 seconds")
    }
  }

  func run() throws {
    if record {
      guard !screen.isSet else { throw Failure.usage("--record needs no screen: leave out how it looks") }
      return try recordHost()
    }
    let history: HistoryFile
    do {
      history = try HistoryFile(path: file)
    } catch {
      throw Failure.failed("\(error)")
    }
    let catalog = SourceCatalog(history: history, path: file)
    // An unusable history is an error message in the shell, before the screen is taken over.
    _ = try HistorySource(history, path: file)
    let playback = try PlaybackOptions.parse([])
    let status = try screen.show(try Configuration.user()) { screen in
      try DashboardLoop(screen, catalog: catalog, playback: playback, speed: .normal)
    }
    ScreenOptions.end(with: status)
  }

  private func recordHost() throws {
    let ends = EndSignals()
    let reader = HostReader()
    let snapshot: () throws -> Snapshot = {
      do {
        var snapshot = try reader.snapshot()
        snapshot.workload = reader.title
        return snapshot
      } catch {
        throw Failure.failed("\(error)")
      }
    }
    // Whether the kernel can be read is known before a file is made.
    let first = try snapshot()
    let writer = try HistoryWriter(file, keep: keep?.seconds)
    Standard.error("slabscope: recording \(reader.title) into \(file), ctrl-C ends it\n")
    writer.add(first)
    while !ends.wait(milliseconds: Int((interval ?? 1) * 1000)), writer.failure == nil { writer.add(try snapshot()) }
    if let failure = writer.finish() { throw Failure.failed(failure) }
  }
}

/// A span of time as people write it: `90s`, `30m`, `24h`, `7d`; a number alone counts seconds.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number > 0, number < 1e9 else {
      return nil
    }
    seconds = number * (unit ?? 1)
  }
}
