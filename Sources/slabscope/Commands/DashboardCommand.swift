import Advisor
import ArgumentParser
import Foundation
import Kernel
import Recordings
import Telemetry
import Workloads

/// `slabscope dashboard`, the default command: a full-screen view of caches, slabs and pages.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Show caches, slabs and pages while a recording or a workload is replayed.",
    discussion: """
      Keys: digits switch the workload, w chooses one by name, Space pauses, + and - change the speed, / filters, < and > sort, t and \
      T step through time, Tab shows the next page, p the next layout, e exports, ? shows help, q quits.

      EXAMPLES
        slabscope
        slabscope dashboard x.slabtrace --speed 1/4
        sudo slabscope --host
        slabscope --slabinfo saved-slabinfo.txt
        slabscope dashboard --workload burst --memory 32M --theme monochrome
        slabscope dashboard --workload router --cpus 8 --rate 1000000
        slabscope --workload burst --history burst.history
      """)

  @Argument(help: "Recording to replay (.slabtrace). Bundled recordings are found by name: press w.")
  var recording: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "Multiple of the recorded speed, 1/8 to 64, or max (default: 1).")
  var speed: String?

  @Flag(help: "Show the running kernel (needs root).")
  var host = false

  @Option(help: ArgumentHelp("Show a saved /proc/slabinfo of any version.", valueName: "file"))
  var slabinfo: String?

  @Option(help: "Seconds between two samples of the kernel, 0.1 to 60 (default: 1); + and - change it.")
  var interval: Double?

  @Option(
    help: ArgumentHelp(
      "Record one snapshot a second to a history file (see slabscope history).", valueName: "file"))
  var history: String?

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    let named = [recording != nil, playback.workload != nil, host, slabinfo != nil].count { $0 }
    guard named <= 1 else {
      throw ValidationError("expected one input: a recording, --workload, --host or --slabinfo")
    }
    if let interval {
      guard host || slabinfo != nil else { throw ValidationError("--interval requires --host or --slabinfo") }
      guard (0.1...60).contains(interval) else { throw ValidationError("--interval: expected 0.1 to 60 seconds") }
    }
  }

  func run() throws {
    let settings = try Configuration.user()
    // Options of the command line override the configuration file.
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
      // The history file is created only once the input and the terminal are usable.
      writer = try history.map { try HistoryWriter($0, keep: nil) }
      return try DashboardLoop(screen, catalog: catalog, playback: playing, speed: speed, writer: writer)
    }
    if let failure = writer?.finish() { throw Failure.failed(failure) }
    ScreenOptions.end(with: status)
  }

  private func chosenSpeed(_ speed: String) throws -> PlaybackSpeed {
    let name = speed.hasPrefix("x") ? String(speed.dropFirst()) : speed
    guard let speed = PlaybackSpeed.all.first(where: { $0.description == "x\(name)" || $0.description == name })
    else {
      let known = PlaybackSpeed.all.map { $0 == .maximum ? "max" : String($0.description.dropFirst()) }
      throw Failure.usage("--speed: expected one of \(known.joined(separator: ", ")), found '\(speed)'")
    }
    return speed
  }
}
