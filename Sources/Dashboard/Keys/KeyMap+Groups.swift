import TerminalUI

/// The standard bindings by topic.
extension KeyMap {
  static let screen = Group(
    title: "Screen",
    bindings: [
      Binding(
        "F1 h", [.function(1), .character("h")], .help,
        "help: the sort column, the labels of the page, all keys", bar: ("F1", "Help")),
      Binding(
        "?", .explain, "explain the term at the cursor: column, label, page or policy key; arrows choose another",
        bar: "Explain"),
      Binding(
        "*", .tour, "start the tour: the ideas of the mail on a running machine, step by step; again: leave it",
        bar: "Tour"),
      Binding(":", .palette, "choose a command by name", bar: "Commands"),
      Binding("Tab", [.tab, .right], .turnPage(1), "next page", bar: ("Tab", "Page")),
      Binding("shift-Tab", [.backtab, .left], .turnPage(-1), "previous page"),
      Binding("p", .preset(1), "next layout: standard, table, slabs, graphs, overview", bar: "Layout"),
      Binding("P", .preset(-1), "previous layout"),
      Binding("X", .expand, "enlarge the pane beside the table, or show both again"),
      Binding("B", .others, "hide or show the panes beside the table"),
      Binding("H", .legend, "hide or show the legend of machine memory"),
      Binding("V", .coloring, "next colours of the slab map: cache, page order, age"),
      Binding("y", .theme, "next theme"),
      Binding(
        "e ctrl-S", [.character("e"), .control("s")], .export,
        "export a snapshot (slabinfo, JSON, CSV, Prometheus) or the screen (SVG, ANSI, text)", bar: ("e", "Export")),
      Binding("R", .record, "start or end a recording of the running kernel (.slabtrace) in the working directory"),
      Binding("ctrl-L", [.control("l")], .redraw, "redraw the screen"),
      Binding("q F10 ctrl-C", [.character("q"), .function(10)], .quit, "quit", bar: ("q", "Quit")),
    ])

  static let moving = Group(
    title: "Moving",
    bindings: [
      Binding("down j", [.down, .character("j")], .move(1), "next row"),
      Binding("up k", [.up, .character("k")], .move(-1), "previous row"),
      Binding("PgDn", [.pageDown, .control("f")], .movePage(1), "one page down"),
      Binding("PgUp", [.pageUp, .control("b")], .movePage(-1), "one page up"),
      Binding("Home g", [.home, .character("g")], .first, "first row"),
      Binding("End G", [.end, .character("G")], .last, "last row"),
      Binding("L", .nextList, "other list of the page", bar: "List"),
      Binding("F", .follow, "follow the selected cache: keep it selected under any filter and workload; again: stop"),
    ])

  static let table = Group(
    title: "Table",
    bindings: [
      Binding(
        "/ F4", [.character("/"), .function(4)], .filter,
        "filter the rows: part of a name, /regex/, or waste > 1M and order >= 2; Enter apply, Esc clear",
        bar: ("/", "Filter")),
      Binding(
        "Esc", [.escape], .clearFilter, "clear the filter; without a filter, back to the page before or the caches"),
      Binding(
        "<", [.character("<"), .character(",")], .sortLeft, "sort by the previous column", bar: ("<>", "Sort")),
      Binding("> F6", [.character(">"), .character("."), .function(6)], .sortRight, "sort by the next column"),
      Binding("I", .invert, "invert the sort order"),
      Binding("(", .scrollColumns(-1), "scroll to the columns on the left"),
      Binding(")", .scrollColumns(1), "scroll to the columns on the right"),
      Binding(
        "Enter F5", [.enter, .function(5)], .fold,
        "caches: unfold or fold the caches that share the selected slabs; other pages: more about the selected row",
        bar: ("Enter", "Open")),
      Binding("E", .foldAll, "unfold or fold all caches that share slabs"),
      Binding("K", .severity, "events: list all, warnings and failures, or failures only", bar: "Severity"),
      Binding("O F2", [.character("O"), .function(2)], .columns, "choose and arrange columns", bar: ("F2", "Columns")),
    ])

  static let time = Group(
    title: "Time",
    bindings: [
      Binding("space", [.character(" ")], .pause, "pause or resume", bar: ("Space", "Pause")),
      Binding("t", [.character("t")], .stepBack, "one second back in time", bar: ("tT", "Time")),
      Binding("T", .stepForward, "one second forward, at most to now"),
      Binding("J", .jump, "jump to a time: \(TypedTime.forms)"),
      Binding("n", .now, "return to now"),
      Binding(
        "b", .mark, "mark the moment in view: growth is counted from it; again at the same moment: remove the mark"),
      Binding("[", .shorterSpan, "zoom in: charts show a shorter time, at least 30 s"),
      Binding("{", .longerSpan, "zoom out: charts show a longer time, at most the whole history"),
    ])

  static let playing = Group(
    title: "Playing",
    bindings: [
      Binding("w", .pick, "choose a workload or a recording by name", bar: "Pick"),
      Binding(
        "+", [.character("+"), .character("=")], .faster, "play faster, or sample a host more often",
        bar: ("+-", "Speed")
      ),
      Binding("-", [.character("-"), .character("_")], .slower, "play slower, or sample a host less often"),
      Binding("]", .stepEvents(1), "play one event, then pause"),
      Binding("}", .stepEvents(1000), "play 1,000 events, then pause"),
    ])

  static let machine = Group(
    title: "Machine",
    bindings: [
      Binding(
        "Y", .policy, "next policy; the workload is replayed to the same event on a fresh machine", bar: "Policy"),
      Binding(
        "C", .otherPolicy, "compare with the next policy; running kernel: mirror its events under the next policy"),
      Binding("d", .advise, "compute size classes for the objects that are live now"),
      Binding("D", .applyAdvice, "put the advised size classes in service"),
      Binding(
        "a", .addSize, "add general caches of typed sizes, each from a thread of its own; sizes in service are retired"),
      Binding("A", .sizes, "add or retire general caches of 1.5 x 2^n bytes"),
      Binding("x", .exportCache, "export the selected cache as a general cache of its object size"),
      Binding("m", [.character("m")], .squeeze, "memory hog: allocate a tenth of memory", bar: ("mM", "Memory")),
      Binding("M", .release, "memory hog: free a tenth of memory"),
      Binding("o", .highOrders, "fail page allocations above order 0, or let them succeed again"),
      Binding("S", .shuffling, "start or stop the shuffler"),
      Binding("Z", .shrinkCache, "running kernel: free the empty slabs of the selected cache, after a confirmation"),
    ])

  static let pages = Group(
    title: "Pages (the same key again returns to the caches)",
    bindings: DashboardPage.allCases.map { page in
      Binding(page.key, .page(page), page.help, bar: page == .comparison ? "Compare" : page == .sizes ? "Sizes" : nil)
    })
}
