import TerminalUI

/// Which key does what while browsing, unless somebody changed it (`KeyBindings`). The key bar, the help screen and the
/// palette are made from it, so that none can lie.
enum KeyMap {
  /// What a key asks for.
  enum Action: Sendable, Hashable {
    case workload(Int)
    case pause, faster, slower
    case stepEvents(Int)
    case move(Int)
    case movePage(Int)
    case first, last
    case sortLeft, sortRight, invert
    case filter, clearFilter
    case fold, foldAll, follow, columns
    case preset(Int)
    case legend, others, expand
    case policy, pick, page(DashboardPage), turnPage(Int), otherPolicy, advise, applyAdvice, addSize, exportCache
    case squeeze, release, highOrders, shuffling, sizes
    case stepBack, stepForward, jump, now, mark
    case palette
    case theme, export, help, redraw, quit
  }

  struct Binding: Sendable {
    let keys: [Key]
    let action: Action
    /// As the help screen names the keys and what they do.
    let label: String
    let help: String
    /// As the key bar does, where it has room; nil for keys that go without saying.
    var bar: (key: String, label: String)?
  }

  static let bindings: [Binding] =
    [
      Binding(
        keys: [.function(1), .character("?"), .character("h")], action: .help, label: "? F1 h", help: "this help",
        bar: ("F1", "Help")),
      Binding(
        keys: [.character(" ")], action: .pause, label: "space", help: "pause, or go on", bar: ("Space", "Pause")),
      Binding(
        keys: [.character("+"), .character("=")], action: .faster, label: "+",
        help: "play faster; look at a host more often", bar: ("+-", "Speed")
      ),
      Binding(
        keys: [.character("-"), .character("_")], action: .slower, label: "-",
        help: "play slower; look at a host less often"),
      Binding(
        keys: [.character("]")], action: .stepEvents(1), label: "]", help: "play one event, and stand still"),
      Binding(
        keys: [.character("}")], action: .stepEvents(1000), label: "}", help: "play 1,000 events, and stand still"),
      Binding(keys: [.down, .character("j")], action: .move(1), label: "down j", help: "next cache"),
      Binding(keys: [.up, .character("k")], action: .move(-1), label: "up k", help: "previous cache"),
      Binding(keys: [.pageDown, .control("f")], action: .movePage(1), label: "PgDn", help: "a page down"),
      Binding(keys: [.pageUp, .control("b")], action: .movePage(-1), label: "PgUp", help: "a page up"),
      Binding(keys: [.home, .character("g")], action: .first, label: "Home g", help: "first cache"),
      Binding(keys: [.end, .character("G")], action: .last, label: "End G", help: "last cache"),
      Binding(
        keys: [.enter, .function(5)], action: .fold, label: "Enter F5",
        help: "unfold the caches that share the selected slabs, or fold them"),
      Binding(keys: [.character("E")], action: .foldAll, label: "E", help: "unfold or fold all of them"),
      Binding(
        keys: [.character("F")], action: .follow, label: "F",
        help: "follow the selected cache: it stays selected whatever plays; or no more"),
      Binding(
        keys: [.character("O"), .function(2)], action: .columns, label: "O F2", help: "choose the table's columns",
        bar: ("F2", "Columns")),
      Binding(
        keys: [.character("/"), .function(4)], action: .filter, label: "/ F4",
        help: "filter: part of a name, /regex/, or waste > 1M and order >= 2; Enter keeps it",
        bar: ("/", "Filter")),
      Binding(keys: [.escape], action: .clearFilter, label: "Esc", help: "clear the filter"),
      Binding(
        keys: [.character("<"), .character(",")], action: .sortLeft, label: "<", help: "sort by the column to the left",
        bar: ("<>", "Sort")),
      Binding(
        keys: [.character(">"), .character("."), .function(6)], action: .sortRight, label: "> F6",
        help: "sort by the column to the right"),
      Binding(keys: [.character("I")], action: .invert, label: "I", help: "invert the order"),
      Binding(
        keys: [.character("t")], action: .stepBack, label: "t", help: "a second back in time", bar: ("tT", "Time")),
      Binding(keys: [.character("T")], action: .stepForward, label: "T", help: "a second forward, up to now"),
      Binding(keys: [.character("J")], action: .jump, label: "J", help: "jump to a time: 30, 2m, 1:30 ago, 14:05:00"),
      Binding(keys: [.character("n")], action: .now, label: "n", help: "return to now"),
      Binding(
        keys: [.character("b")], action: .mark, label: "b", help: "mark this moment; at another, see what grew"),
      Binding(keys: [.character("y")], action: .theme, label: "y", help: "next theme"),
      Binding(
        keys: [.character("e"), .control("s")], action: .export, label: "e ctrl-S",
        help: "export a snapshot (slabinfo, JSON, CSV, OpenMetrics) or the screen (SVG, ANSI, text)",
        bar: ("e", "Export")),
      Binding(keys: [.control("l")], action: .redraw, label: "ctrl-L", help: "draw the screen anew"),
      Binding(
        keys: [.character("q"), .function(10)], action: .quit, label: "q F10 ctrl-C", help: "quit", bar: ("q", "Quit")),
      Binding(
        keys: [.character("p")], action: .preset(1), label: "p",
        help: "the next layout: standard, table, slabs, graphs, overview", bar: ("p", "Layout")),
      Binding(keys: [.character("P")], action: .preset(-1), label: "P", help: "the layout before"),
      Binding(
        keys: [.character("X")], action: .expand, label: "X", help: "the pane beside the table alone, or both again"),
      Binding(
        keys: [.character("B")], action: .others, label: "B", help: "the table alone, or the panes beside it again"),
      Binding(
        keys: [.character("H")], action: .legend, label: "H", help: "leave out what the parts of memory are, or say it"),
      Binding(
        keys: [.character("Y")], action: .policy, label: "Y", help: "the next policy, from the same event on",
        bar: ("Y", "Policy")),
      Binding(
        keys: [.character("C")], action: .otherPolicy, label: "C", help: "the policy to compare with: the next one"),
      Binding(
        keys: [.character("d")], action: .advise, label: "d", help: "ask which sizes would fit what lives now"),
      Binding(
        keys: [.character("D")], action: .applyAdvice, label: "D", help: "put the advised sizes in service, live"),
      Binding(
        keys: [.character(":")], action: .palette, label: ":", help: "choose any of these commands by name",
        bar: (":", "Commands")),
      Binding(
        keys: [.character("w")], action: .pick, label: "w", help: "choose a workload or a recording by name",
        bar: ("w", "Pick")),
      Binding(
        keys: [.character("a")], action: .addSize, label: "a",
        help: "add a general cache of a size to be typed; retire it where it is there"),
      Binding(
        keys: [.character("x")], action: .exportCache, label: "x",
        help: "let the selected cache serve general requests of its size"),
      Binding(
        keys: [.character("m")], action: .squeeze, label: "m", help: "take a tenth of memory away, page by page",
        bar: ("mM", "Memory")),
      Binding(keys: [.character("M")], action: .release, label: "M", help: "give it back"),
      Binding(
        keys: [.character("o")], action: .highOrders, label: "o",
        help: "refuse pages above order 0, or serve them again"),
      Binding(keys: [.character("S")], action: .shuffling, label: "S", help: "shuffle slabs, or no more"),
      Binding(
        keys: [.character("A")], action: .sizes, label: "A",
        help: "add general caches of 1.5 x 2^n bytes, or retire them"),
    ] + pages + workloads

  private static let pages =
    [
      Binding(
        keys: [.tab, .right], action: .turnPage(1), label: "Tab", help: "the next page", bar: ("Tab", "Page")),
      Binding(keys: [.backtab, .left], action: .turnPage(-1), label: "shift-Tab", help: "the page before"),
    ]
    + DashboardPage.allCases.map { page in
      Binding(
        keys: [.character(page.key)], action: .page(page), label: String(page.key), help: page.help,
        bar: page == .comparison ? ("c", "Compare") : page == .sizes ? ("z", "Sizes") : nil)
    }

  private static let workloads = (1...10).map { number in
    Binding(
      keys: [.character(Character(String(number % 10)))], action: .workload(number - 1), label: String(number % 10),
      help: "")
  }
}
