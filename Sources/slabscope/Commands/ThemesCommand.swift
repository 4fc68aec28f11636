import ArgumentParser
import Foundation
import TerminalUI

/// `slabscope themes`: what there is, and what it looks like.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "List the themes; with --preview, show them here.",
    discussion: """
      --theme of the dashboard takes a name or a file; t changes the theme while it runs. The files lie in Themes/.

      EXAMPLES
        slabscope themes --preview
        slabscope dashboard --theme daylight
        slabscope dashboard --theme ./mine.toml
      """)

  @Argument(help: "Only this one: a name, or a file (.toml), which is checked.")
  var name: String?

  @Flag(help: "Show each theme's colours, as this terminal has them.")
  var preview = false

  func run() throws {
    let themes = try name.map { [try ThemeArgument.theme($0)] } ?? Theme.builtIn
    let width = (themes.map(\.name.count).max() ?? 0) + 2
    for theme in themes {
      let name = theme.name.padding(toLength: width, withPad: " ", startingAt: 0)
      Standard.output(name + theme.description + "\n" + (preview ? ThemePreview(theme).text + "\n" : ""))
    }
  }
}

/// A theme as people name it: a built-in one, or a file.
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
