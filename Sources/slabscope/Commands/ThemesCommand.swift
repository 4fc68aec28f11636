import ArgumentParser
import FoundationEssentials
import Glibc
import TerminalUI
import TextOutput

/// `slabscope themes`: lists the themes, and shows their colours.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "List the themes; with --preview, show their colours.",
    discussion: """
      --theme of the dashboard takes a name or a file; y changes to the next theme while it runs.

      EXAMPLES
        slabscope themes --preview
        slabscope dashboard --theme daylight
        slabscope dashboard --theme ./mine.toml
      """)

  @Argument(help: "Theme to list: a name, or a file (.toml), which is checked (default: all).", completion: .theme)
  var name: String?

  @Flag(help: "Show the colours of each theme in this terminal.")
  var preview = false

  func run() throws {
    let themes = try name.map { [try ThemeArgument.theme($0)] } ?? Theme.builtIn
    let depth = ThemePreview.depth(
      isTerminal: isatty(STDOUT_FILENO) == 1, ProcessInfo.processInfo.environment)
    let width = (themes.map(\.name.count).max() ?? 0) + 2
    for theme in themes {
      let name = theme.name.padded(to: width)
      let line = EscapedText.line(name + theme.description)
      Standard.output(styled: line + "\n" + (preview ? ThemePreview(theme, depth: depth).text + "\n" : ""))
    }
  }
}

/// Argument that is the name of a built-in theme, or a theme file.
enum ThemeArgument {
  static func theme(_ name: String) throws -> Theme {
    do {
      guard name.hasSuffix(".toml") || name.contains("/") else { return try Theme.named(name) }
      return try Theme(toml: String(decoding: try InputFile(name).readAll(), as: UTF8.self), file: name)
    } catch let error as ThemeError {
      throw Failure.usage("\(error)")
    }
  }
}
