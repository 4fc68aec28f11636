import Advisor
import ArgumentParser
import Foundation
import Kernel
import Recordings
import Telemetry
import Workloads

/// `slabscope dashboard`, and `slabscope` alone: the full-screen view.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Watch caches, slabs and pages live while a recording or a workload plays.",
    discussion: """
      Keys: digits switch the workload, w picks one by name, space pauses, + and - change the speed, / filters, < and > sort, t and T \
      step through time, Tab turns pages, p changes the layout, e exports, ? helps, q quits.

      EXAMPLES
        slabscope
        slabscope dashboard x.slabtrace --speed 1/4
        sudo slabscope --host
        slabscope --slabinfo saved-slabinfo.txt
        slabscope dashboard --workload burst --memory 32M --theme monochrome
        slabscope dashboard --workload router --cpus 8 --rate 1000000
        slabscope --workload burst --history burst.history
      """)

  @Argument(help: "A recording to watch (.slabtrace); bundled ones are there without.")
  var recording: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "1/8 to 64 times as recorded, or max (default: 1).")
  var speed: String?

  @Flag(help: "Watch this host's kernel instead (needs root).")
  var host = false

  @Option(help: ArgumentHelp("Watch a saved /proc/slabinfo of any version instead.", valueName: "file"))
  var slabinfo: String?

  @Option(help: "Seconds between two looks at a host, 0.1 to 60 (default: 1); + and - change it.")
  var interval: Double?

  @Option(
    help: ArgumentHelp(
      "Record what is seen, a moment a second, to look at it again (slabscope history).", valueName: "file"))
  var history: String?

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    let named = [recording != nil, playback.workload != nil, host, slabinfo != nil].count { $0 }
    guard named <= 1 else {
      throw ValidationError("name one thing to watch: a recording, a --workload, --host or --slabinfo")
    }
    if let interval {
      guard host || slabinfo != nil else { throw ValidationError("--interval goes with --host or --slabinfo") }
      guard (0.1...60).contains(interval) else { throw ValidationError("--interval takes 0.1 to 60 seconds") }
    }
  }

  func run() throws {
    let settings = try Configuration.user()
    // What was named on the command line comes first.
    var playback = playback
    playback.policy = playback.policy ?? settings.policy
    playback.memory = playback.memory ?? settings.memory
    if recording == nil { playback.workload = playback.workload ?? settings.workload }
    let speed = try chosenSpeed(speed ?? settings.speed ?? "1")
    let catalog =
      host || slabinfo != nil
      ? SourceCatalog(kernel: slabinfo.map { HostReader(slabinfo: $0) } ?? HostReader(), interval: interval ?? 1)
      : SourceCatalog(
        recording: try recording.map { try Recording(file: $0) }, workload: try playback.chosenWorkload(),
        seed: playback.traffic.seed ?? 1)
    // An unusable input or option is an error message in the shell, before the screen is taken over.
    switch catalog.entries[catalog.first].input {
    case .kernel(let reader, _): _ = try KernelSource(reader)
    case .events(let open):
      let events = try open()
      _ = try playback.makePolicyPlayer(events, start: playback.start(of: events))
    case .history: break
    }
    var writer: HistoryWriter?
    let playing = playback
    let status = try screen.show(settings) { screen in
      // Not before there is something to write down.
      writer = try history.map { try HistoryWriter($0, keep: nil) }
      return try DashboardLoop(screen, catalog: catalog, playback: playing, speed: speed, writer: writer)
    }
    if let failure = writer?.finish() { throw Failure.failed(failure) }
    ScreenOptions.end(with: status)
  }

  private func chosenSpeed(_ speed: String) throws -> PlaybackSpeed {
    let wanted = speed.hasPrefix("x") ? String(speed.dropFirst()) : speed
    guard let speed = PlaybackSpeed.all.first(where: { $0.description == "x\(wanted)" || $0.description == wanted })
    else {
      let known = PlaybackSpeed.all.map { $0 == .maximum ? "max" : String($0.description.dropFirst()) }
      throw Failure.usage("unknown speed '\(speed)'; known: \(known.joined(separator: ", "))")
    }
    return speed
  }
}
