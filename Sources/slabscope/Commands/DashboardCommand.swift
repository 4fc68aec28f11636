import ArgumentParser
import Foundation
import NcursesTerminal
import Recordings
import Telemetry
import TerminalUI
import Workloads

/// `slabscope dashboard`, and `slabscope` alone: the full-screen view.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Watch caches, slabs and pages live while a recording or a workload plays.",
    discussion: """
      Keys: digits switch the workload, w picks one by name, space pauses, + and - change the speed, / filters, < and > sort, t and T \
      step through time, e exports a snapshot, ? helps, q quits.

      EXAMPLES
        slabscope
        slabscope dashboard x.slabtrace --speed 1/4
        sudo slabscope --host
        slabscope --slabinfo saved-slabinfo.txt
        slabscope dashboard --workload burst --memory 32M --theme monochrome
        slabscope dashboard --workload router --cpus 8 --rate 1000000
      """)

  @Argument(help: "A recording to watch (.slabtrace); bundled ones are there without.")
  var recording: String?

  @OptionGroup var playback: PlaybackOptions

  @Option(help: "1/8 to 64 times as recorded, or max (default: 1).")
  var speed: String?

  @Option(help: "A theme by name (slabscope themes), or a theme file (.toml).")
  var theme: String?

  @Flag(help: "Watch this host's kernel instead (needs root).")
  var host = false

  @Option(help: ArgumentHelp("Watch a saved /proc/slabinfo of any version instead.", valueName: "file"))
  var slabinfo: String?

  @Flag(name: [.customShort("U"), .long], help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(help: "Leave the mouse to the terminal: no clicks, no wheel.")
  var noMouse = false

  func validate() throws {
    let named = [recording != nil, playback.workload != nil, host, slabinfo != nil].count { $0 }
    guard named <= 1 else {
      throw ValidationError("name one thing to watch: a recording, a --workload, --host or --slabinfo")
    }
  }

  func run() throws {
    let settings = try Configuration.user()
    // What was named on the command line comes first.
    var playback = playback
    playback.policy = playback.policy ?? settings.policy
    playback.memory = playback.memory ?? settings.memory
    if recording == nil { playback.workload = playback.workload ?? settings.workload }
    let (speed, glyphsAreASCII) = (try chosenSpeed(speed ?? settings.speed ?? "1"), ascii || settings.ascii ?? false)
    let (themes, theme, themeProblem) = try chosenTheme(theme ?? settings.theme)
    let program =
      host || slabinfo != nil
      ? Program(host: slabinfo.map { HostReader(slabinfo: $0) } ?? HostReader())
      : Program(
        recording: try recording.map { try Recording(file: $0) }, workload: try playback.chosenWorkload(),
        seed: playback.traffic.seed ?? 1)
    let start = program.start
    // What is wrong with the machine asked for is said before the screen is taken.
    switch program.items[start].content {
    case .host(let reader): _ = try HostSession(reader)
    case .played(let open): _ = try playback.makePlayer(open())
    }
    let status = try MainActor.assumeIsolated { () throws -> Int32 in
      let terminal: Terminal
      do {
        terminal = try Terminal.enter(Terminal.Options(mouse: !noMouse && settings.mouse ?? true))
      } catch {
        throw Failure.failed("\(error)")
      }
      defer { terminal.leave() }
      let glyphs = glyphsAreASCII || !terminal.isUTF8 ? GlyphSet.ascii : .unicode
      // Without colours, the theme that needs none is the place to start.
      let first =
        self.theme == nil && settings.theme == nil && terminal.colorDepth == .none
        ? themes.firstIndex { $0.isMonochrome } ?? theme : theme
      var loop = try DashboardLoop(
        terminal: terminal, program: program, start: start, playback: playback, speed: speed,
        themes: themes.map { $0.adapted(to: terminal.colorDepth) }, theme: first, glyphs: glyphs,
        keys: settings.keys, notice: themeProblem)
      return loop.run()
    }
    // Ctrl-C is one way to quit; other signals are told to whoever waits for the program.
    if status != 0, status != 128 + SIGINT { Foundation.exit(status) }
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

  /// Every theme, which of them comes first, and what is wrong with the one that was asked for: then the default comes first.
  private func chosenTheme(_ theme: String?) throws -> ([Theme], Int, String?) {
    guard let theme else { return (Theme.builtIn, 0, nil) }
    guard theme.hasSuffix(".toml") || theme.contains("/") else {
      let named = try ThemeArgument.theme(theme)
      return (Theme.builtIn, Theme.builtIn.firstIndex(of: named) ?? 0, nil)
    }
    let text = String(decoding: try InputFile(theme).readAll(), as: UTF8.self)
    do {
      return ([try Theme(toml: text, file: theme)] + Theme.builtIn, 0, nil)
    } catch {
      return (Theme.builtIn, 0, "\(error); the default theme is used")
    }
  }
}
