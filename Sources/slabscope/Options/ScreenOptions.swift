import ArgumentParser
import Dashboard
import Foundation
import NcursesTerminal
import TerminalUI

/// How the full screen looks: options that all commands that show it share.
struct ScreenOptions: ParsableArguments {
  @Option(help: "A theme by name (slabscope themes), or a theme file (.toml).")
  var theme: String?

  @Option(
    help: ArgumentHelp(
      "What lies beside the table: \(Panes.Preset.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var layout: String?

  @Option(
    help: ArgumentHelp(
      "The table's columns, e.g. name,active,held,growth. All: \(CacheColumn.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "names"))
  var columns: String?

  @Flag(name: [.customShort("U"), .long], help: "Draw with ASCII characters only.")
  var ascii = false

  @Flag(help: "Leave the mouse to the terminal: no clicks, no wheel.")
  var noMouse = false

  /// Whether anything is asked for.
  var isSet: Bool { theme != nil || layout != nil || columns != nil || ascii || noMouse }

  /// Takes the terminal over and runs a dashboard in it, until someone quits.
  /// - Returns: the exit status, for `end`.
  /// - Throws: a `Failure` when an option makes no sense or the terminal can't be had; what `make` throws.
  func show(_ settings: Configuration, _ make: @MainActor (Screen) throws -> DashboardLoop) throws -> Int32 {
    let panes = try layout.map { try ScreenOptions.panes(named: $0) } ?? settings.panes ?? Panes()
    let columns = try columns.map { try ScreenOptions.columns(named: $0) } ?? settings.columns
    let (themes, first, problem) = try chosenTheme(theme ?? settings.theme)
    return try MainActor.assumeIsolated { () throws -> Int32 in
      let terminal: Terminal
      do {
        terminal = try Terminal.enter(Terminal.Options(mouse: !noMouse && settings.mouse ?? true))
      } catch {
        throw Failure.failed("\(error)")
      }
      defer { terminal.leave() }
      // Without colours, the theme that needs none is the place to start.
      let isPlain = theme == nil && settings.theme == nil && terminal.colorDepth == .none
      let screen = Screen(
        terminal: terminal, themes: themes.map { $0.adapted(to: terminal.colorDepth) },
        firstTheme: isPlain ? themes.firstIndex { $0.isMonochrome } ?? first : first,
        glyphs: ascii || settings.ascii ?? false || !terminal.isUTF8 ? .ascii : .unicode, keys: settings.keys,
        panes: panes, columns: columns, notice: problem)
      var loop = try make(screen)
      return loop.run()
    }
  }

  /// Ends the program as the screen was ended: ctrl-C is one way to quit; other signals are told to whoever waits.
  static func end(with status: Int32) {
    if status != 0, status != 128 + SIGINT { Foundation.exit(status) }
  }

  /// - Throws: a usage failure that lists the names there are.
  static func panes(named name: String) throws(Failure) -> Panes {
    guard let preset = Panes.Preset(rawValue: name) else {
      let known = Panes.Preset.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure.usage("no layout is called '\(name)'; known: \(known)")
    }
    return Panes(preset: preset)
  }

  /// - Throws: a usage failure that lists the names there are.
  static func columns(named names: String) throws(Failure) -> [CacheColumn] {
    var columns: [CacheColumn] = []
    for name in names.split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let column = CacheColumn(rawValue: String(name)) else {
        let known = CacheColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure.usage("no column is called '\(name)'; known: \(known)")
      }
      if !columns.contains(column) { columns.append(column) }
    }
    // A table without the caches' names says nothing.
    return columns.contains(.name) ? columns : [.name] + columns
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

/// The terminal, and what is drawn on it how.
@MainActor
struct Screen {
  let terminal: Terminal
  let themes: [Theme]
  /// Which of the themes comes first.
  let firstTheme: Int
  let glyphs: GlyphSet
  let keys: KeyBindings
  let panes: Panes
  /// The table's columns; nil for those that suit what is shown.
  let columns: [CacheColumn]?
  /// What went wrong before there was a screen to say so.
  let notice: String?
}
