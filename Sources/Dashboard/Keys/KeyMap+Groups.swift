import TerminalUI

/// The keys, by what they are about.
extension KeyMap {
  static let screen = Group(
    title: "Screen",
    bindings: [
      Binding("? F1 h", [.function(1), .character("?"), .character("h")], .help, "this help", bar: ("F1", "Help")),
      Binding(":", .palette, "choose any of these commands by name", bar: "Commands"),
      Binding("Tab", [.tab, .right], .turnPage(1), "the next page", bar: ("Tab", "Page")),
      Binding("shift-Tab", [.backtab, .left], .turnPage(-1), "the page before"),
      Binding("p", .preset(1), "the next layout: standard, table, slabs, graphs, overview", bar: "Layout"),
      Binding("P", .preset(-1), "the layout before"),
      Binding("X", .expand, "the pane beside the table alone, or both again"),
      Binding("B", .others, "the table alone, or the panes beside it again"),
      Binding("H", .legend, "leave out what the parts of memory are, or say it"),
      Binding("V", .coloring, "what the colours of slabs say: who is in them, their order, their age"),
      Binding("y", .theme, "next theme"),
      Binding(
        "e ctrl-S", [.character("e"), .control("s")], .export,
        "export a snapshot (slabinfo, JSON, CSV, OpenMetrics) or the screen (SVG, ANSI, text)", bar: ("e", "Export")),
      Binding("ctrl-L", [.control("l")], .redraw, "draw the screen anew"),
      Binding("q F10 ctrl-C", [.character("q"), .function(10)], .quit, "quit", bar: ("q", "Quit")),
    ])

  static let moving = Group(
    title: "Moving",
    bindings: [
      Binding("down j", [.down, .character("j")], .move(1), "next cache"),
      Binding("up k", [.up, .character("k")], .move(-1), "previous cache"),
      Binding("PgDn", [.pageDown, .control("f")], .movePage(1), "a page down"),
      Binding("PgUp", [.pageUp, .control("b")], .movePage(-1), "a page up"),
      Binding("Home g", [.home, .character("g")], .first, "first cache"),
      Binding("End G", [.end, .character("G")], .last, "last cache"),
      Binding("F", .follow, "follow the selected cache: it stays selected whatever plays; or no more"),
    ])

  static let table = Group(
    title: "Table",
    bindings: [
      Binding(
        "/ F4", [.character("/"), .function(4)], .filter,
        "filter: part of a name, /regex/, or waste > 1M and order >= 2; Enter keeps it", bar: ("/", "Filter")),
      Binding("Esc", [.escape], .clearFilter, "clear the filter"),
      Binding(
        "<", [.character("<"), .character(",")], .sortLeft, "sort by the column to the left", bar: ("<>", "Sort")),
      Binding("> F6", [.character(">"), .character("."), .function(6)], .sortRight, "sort by the column to the right"),
      Binding("I", .invert, "invert the order"),
      Binding(
        "Enter F5", [.enter, .function(5)], .fold, "unfold the caches that share the selected slabs, or fold them"),
      Binding("E", .foldAll, "unfold or fold all of them"),
      Binding("O F2", [.character("O"), .function(2)], .columns, "choose the table's columns", bar: ("F2", "Columns")),
    ])

  static let time = Group(
    title: "Time",
    bindings: [
      Binding("space", [.character(" ")], .pause, "pause, or go on", bar: ("Space", "Pause")),
      Binding("t", [.character("t")], .stepBack, "a second back in time", bar: ("tT", "Time")),
      Binding("T", .stepForward, "a second forward, up to now"),
      Binding("J", .jump, "jump to a time: 30, 2m, 1:30 ago, 14:05:00"),
      Binding("n", .now, "return to now"),
      Binding("b", .mark, "mark this moment; at another, see what grew"),
    ])

  static let playing = Group(
    title: "Playing",
    bindings: [
      Binding("w", .pick, "choose a workload or a recording by name", bar: "Pick"),
      Binding(
        "+", [.character("+"), .character("=")], .faster, "play faster; look at a host more often", bar: ("+-", "Speed")
      ),
      Binding("-", [.character("-"), .character("_")], .slower, "play slower; look at a host less often"),
      Binding("]", .stepEvents(1), "play one event, and stand still"),
      Binding("}", .stepEvents(1000), "play 1,000 events, and stand still"),
    ])

  static let machine = Group(
    title: "Machine",
    bindings: [
      Binding("Y", .policy, "the next policy, from the same event on", bar: "Policy"),
      Binding("C", .otherPolicy, "the policy to compare with: the next one"),
      Binding("d", .advise, "ask which sizes would fit what lives now"),
      Binding("D", .applyAdvice, "put the advised sizes in service, live"),
      Binding(
        "a", .addSize, "add general caches of sizes to be typed, by a thread each; retire those that are in service"),
      Binding("A", .sizes, "add general caches of 1.5 x 2^n bytes, or retire them"),
      Binding("x", .exportCache, "let the selected cache serve general requests of its size"),
      Binding("m", [.character("m")], .squeeze, "take a tenth of memory away, page by page", bar: ("mM", "Memory")),
      Binding("M", .release, "give it back"),
      Binding("o", .highOrders, "refuse pages above order 0, or serve them again"),
      Binding("S", .shuffling, "shuffle slabs, or no more"),
    ])

  static let pages = Group(
    title: "Pages: the same letter again returns to the caches",
    bindings: DashboardPage.allCases.map { page in
      Binding(page.key, .page(page), page.help, bar: page == .comparison ? "Compare" : page == .sizes ? "Sizes" : nil)
    })
}
