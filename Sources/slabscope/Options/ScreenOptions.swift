import ArgumentParser
import Dashboard
import Glibc
import NcursesTerminal
import TerminalUI
import Workloads

/// Options of the full-screen view.
struct ScreenOptions: ParsableArguments {
  @Option(help: "Name of a theme (see slabscope themes), or a theme file (.toml).", completion: .theme)
  var theme: String?

  @Option(
    help: ArgumentHelp(
      "Panes beside the table: \(Panes.Preset.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"), completion: .layout)
  var layout: String?

  @Option(
    help: ArgumentHelp(
      "Columns of the table, e.g. name,active,slabmem,growth. All columns: \(CacheColumn.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "names"), completion: .columns)
  var columns: String?

  @Flag(name: [.customShort("U"), .long], help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(help: "Do not use the mouse, so that the terminal can select text.")
  var noMouse = false

  /// Whether any of the options is given.
  var isSet: Bool { theme != nil || layout != nil || columns != nil || ascii || noMouse }

  /// Shows a source until the user quits: in a dashboard that takes over the terminal, or as plain text if the output cannot position
  /// the cursor.
  /// - Parameters:
  ///   - history: file to record the samples to; nil if they are not recorded.
  ///   - mirror: policy under which the running kernel is mirrored; nil for none.
  ///   - startsTour: whether the dashboard begins with the tour.
  /// - Returns: the exit status, for `end`.
  /// - Throws: a `Failure` if an option is wrong, and the errors of opening the source and of the history.
  func show(
    _ settings: Configuration, _ catalog: sending SourceCatalog, _ playback: PlaybackOptions,
    speed: PlaybackSpeed = .normal,
    history: String? = nil, mirror: Policy? = nil, startsTour: Bool = false
  ) throws -> Int32 {
    let panes = try layout.map { try ScreenOptions.panes(named: $0) } ?? settings.panes ?? Panes()
    let columns = try columns.map { try ScreenOptions.columns(named: $0) } ?? settings.columns
    let (themes, first, problem) = try chosenTheme(theme ?? settings.theme)
    return try MainActor.assumeIsolated { () throws -> Int32 in
      let terminal: Terminal
      do {
        terminal = try Terminal.enter(
          Terminal.Options(
            mouse: !noMouse && settings.mouse ?? true, directColors: themes[first].maximumDepth == .trueColor))
      } catch {
        Standard.error("slabscope: \(error)\n")
        guard !startsTour else {
          throw Failure.usage("expected a terminal that can show the tour; print it instead: slabscope tour --text")
        }
        guard mirror == nil else { throw Failure.usage("--mirror: expected a terminal that can show the dashboard") }
        return try ScreenOptions.showText(catalog, playback, speed: speed, history: history)
      }
      defer { terminal.leave() }
      // A terminal without colours starts with a theme that needs none.
      let isPlain = theme == nil && settings.theme == nil && terminal.colorDepth == .none
      let screen = Screen(
        terminal: terminal, themes: themes.map { $0.adapted(to: terminal.colorDepth) },
        firstTheme: isPlain ? themes.firstIndex { $0.isMonochrome } ?? first : first,
        glyphs: ascii || settings.ascii ?? false || !terminal.isUTF8 ? .ascii : .unicode, keys: settings.keys,
        panes: panes, columns: columns, notice: problem)
      // The history file is created only once the input and the terminal are usable.
      let writer = try history.map { try HistoryWriter($0, keep: nil) }
      var loop = try DashboardLoop(screen, catalog: catalog, playback: playback, speed: speed, writer: writer)
      if let mirror { loop.startMirror(mirror) }
      if startsTour { loop.startTour() }
      let status = loop.run()
      terminal.leave()
      if let (text, isFailure) = loop.recordingResult {
        Standard.error("slabscope: \(text)\n")
        if isFailure, status == 0 { return 1 }
      }
      if let failure = writer?.finish() { throw Failure.failed(failure) }
      return status
    }
  }

  /// Shows the first source of a catalog as plain text until a signal.
  @MainActor private static func showText(
    _ catalog: SourceCatalog, _ playback: PlaybackOptions, speed: PlaybackSpeed, history: String?
  ) throws -> Int32 {
    // Threads inherit the blocked signals.
    let signals = EndSignals()
    let entry = catalog.entries[catalog.first]
    let policy = try playback.chosenPolicy()
    let source = try entry.open(
      SourceCatalog.Entry.Settings(
        playback: playback, policy: policy, comparedPolicy: policy == .linux ? .hemment : .linux, speed: speed))
    let writer = try history.map { try HistoryWriter($0, keep: nil) }
    let isLive: Bool
    let subject: String
    switch entry.input {
    case .events: (isLive, subject) = (true, "\(entry.name), policy \(policy.name)")
    case .kernel: (isLive, subject) = (true, entry.name)
    case .snapshot, .history: (isLive, subject) = (false, entry.name)
    }
    if isLive { Standard.error("slabscope: printing tables instead; ctrl-C ends\n") }
    let status = PlainView(source, name: subject, isLive: isLive, writer: writer, signals).run()
    if let failure = writer?.finish() { throw Failure.failed(failure) }
    return status
  }

  /// Ends the program with the exit status of the dashboard. Ctrl-C is a normal way to quit; other signals become the exit status.
  static func end(with status: Int32) {
    if status != 0, status != 128 + SIGINT { Glibc.exit(status) }
  }

  /// - Throws: a usage failure that lists the known names.
  static func panes(named name: String) throws(Failure) -> Panes {
    guard let preset = Panes.Preset(rawValue: name) else {
      let known = Panes.Preset.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure.usage("--layout: expected one of \(known), found '\(name)'")
    }
    return Panes(preset: preset)
  }

  /// - Throws: a usage failure that lists the known names.
  static func columns(named names: String) throws(Failure) -> [CacheColumn] {
    var columns: [CacheColumn] = []
    for name in names.split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let column = CacheColumn(named: String(name)) else {
        let known = CacheColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure.usage("--columns: expected some of \(known), found '\(name)'")
      }
      if !columns.contains(column) { columns.append(column) }
    }
    // The names of the caches are always shown.
    return columns.contains(.name) ? columns : [.name] + columns
  }

  /// Returns all themes, the index of the first to show, and the error of a theme file that cannot be read, in which case the default is
  /// shown first.
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

/// The terminal, and the settings of the dashboard on it.
@MainActor
struct Screen {
  let terminal: Terminal
  let themes: [Theme]
  /// Index of the theme to show first.
  let firstTheme: Int
  let glyphs: GlyphSet
  let keys: KeyBindings
  let panes: Panes
  /// Columns of the table; nil for those that suit the source.
  let columns: [CacheColumn]?
  /// An error that occurred before the screen was shown; nil if there was none.
  let notice: String?
}
