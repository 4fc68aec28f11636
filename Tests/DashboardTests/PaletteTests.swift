import TerminalUI
import Testing

@testable import Dashboard

/// Command palette: the words that users type find the command that they mean.
@Suite struct PaletteTests {
  @Test(
    arguments: [
      ("leak", .page(.growth)), ("growth", .page(.growth)), ("diff", .mark), ("baseline", .mark),
      ("pressure", .squeeze),
      ("oom", .squeeze),
      ("hog", .squeeze), ("stress", .squeeze), ("export", .export), ("save", .export), ("csv", .export),
      ("json", .export), ("screenshot", .export), ("prometheus", .export), ("rss", .page(.ledger)),
      ("graph", .page(.ledger)), ("theme", .theme), ("dark", .theme), ("zoom", .shorterSpan), ("maximize", .expand),
      ("fullscreen", .expand),
      ("search", .filter), ("find", .filter), ("grep", .filter), ("regex", .filter), ("sort", .sortLeft),
      ("reverse", .invert), ("fragmentation", .page(.slabs)), ("kmalloc", .page(.generalCaches)), ("quit", .quit),
      ("exit", .quit), ("close", .quit), ("rewind", .stepBack), ("goto", .jump), ("freeze", .pause),
      ("workload", .pick), ("slub", .policy), ("recommend", .advise), ("defrag", .shuffling), ("caller", .page(.sites)),
      ("backtrace", .page(.sites)), ("numa", .page(.cpus)), ("dmesg", .page(.events)),
      ("log", .page(.events)), ("buddy", .page(.pages)), ("occupancy", .page(.slabs)), ("histogram", .page(.sizes)),
      ("columns", .columns), ("track", .follow), ("layout", .preset(1)), ("shortcuts", .help), ("speed", .faster),
      ("inject", .highOrders), ("refresh", .redraw), ("collapse", .fold), ("live", .now),
    ] as [(String, KeyMap.Action)])
  func typedWordFindsItsCommand(word: String, action: KeyMap.Action) throws {
    let commands = KeyBindings.standard.commands
    let found = PickerPanel.matches(
      word, among: PickerPanel.entries(commands), keywords: commands.map(\.action.keywords))
    let first = try #require(found.first)
    #expect(commands[first].action == action, "\(word) finds '\(commands[first].help)'")
  }

  @Test func colourFindsThemesAndTheColoursOfTheSlabMap() {
    let commands = KeyBindings.standard.commands
    for word in ["color", "colour"] {
      let found = PickerPanel.matches(
        word, among: PickerPanel.entries(commands), keywords: commands.map(\.action.keywords))
      #expect(Set(found.prefix(2).map { commands[$0].action }) == [.theme, .coloring], "\(word)")
    }
  }

  @Test func enterRunsTheCommandOfTheTypedWord() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    for key in ":exit" { _ = state.update(.input(.key(.character(key)))) }
    let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
    #expect(text.contains("q F10 ctrl-C") && !text.contains("No match"))
    #expect(state.update(.input(.key(.enter))) == [.quit])
  }

  @Test func everyCommandHasKeywordsInLowerCase() {
    for binding in KeyBindings.standard.commands {
      #expect(!binding.action.keywords.isEmpty, "\(binding.action)")
      #expect(binding.action.keywords.allSatisfy { $0 == $0.lowercased() }, "\(binding.action)")
    }
  }
}
