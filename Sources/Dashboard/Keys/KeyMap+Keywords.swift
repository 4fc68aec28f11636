/// Words by which the command palette finds an action, besides those of its description.
extension KeyMap.Action {
  /// Words that users type for the action, in lower case.
  var keywords: [String] {
    let words: String =
      switch self {
      case .help: "keys shortcuts manual usage legend"
      case .explain: "glossary define definition meaning term word column label ?"
      case .tour: "tour learn tutorial guide introduction walk lesson mail"
      case .palette: "commands"
      case .turnPage: "tab view screen switch"
      case .preset: "layout panes split view windows"
      case .expand: "maximize fullscreen enlarge"
      case .others: "hide panes"
      case .legend: "legend key"
      case .coloring: "color colour colors colours heatmap age"
      case .theme: "color colour colors colours dark light palette contrast skin"
      case .export: "save write dump screenshot picture csv json svg openmetrics prometheus slabinfo file report"
      case .record: "record capture trace slabtrace save"
      case .redraw: "refresh repaint clear garbage"
      case .quit: "exit close leave bye stop"
      case .move: "select cursor"
      case .movePage: "scroll"
      case .first: "top home"
      case .last: "bottom end"
      case .follow: "track pin watch stick"
      case .filter: "search find grep match query regex"
      case .clearFilter: "reset unfilter"
      case .sortLeft, .sortRight: "sort order column rank top"
      case .scrollColumns: "scroll sideways right left more"
      case .invert: "sort reverse ascending descending"
      case .nextList: "list other focus pane switch"
      case .severity: "severity level warnings errors failures events"
      case .fold, .foldAll: "collapse expand unfold tree pool sharing group merged aliases"
      case .columns: "columns fields show hide arrange configure"
      case .pause: "stop freeze resume continue"
      case .stepBack: "rewind back history past undo"
      case .stepForward: "forward history"
      case .jump: "goto seek time when history"
      case .now: "live latest present"
      case .shorterSpan: "zoom in chart span shorter axis"
      case .longerSpan: "zoom out chart span longer axis"
      case .mark: "bookmark baseline diff compare since start"
      case .pick: "workload recording open load play trace"
      case .faster: "speed rate interval"
      case .slower: "speed rate interval"
      case .stepEvents: "step single event debug"
      case .policy: "allocator slub linux hemment preset settings"
      case .otherPolicy: "compare policy versus ab mirror"
      case .advise: "advice recommend optimize optimise tune suggest classes"
      case .applyAdvice: "advice apply use"
      case .addSize: "add size class cache custom"
      case .sizes: "sizes classes 96 192"
      case .exportCache: "share general cache"
      case .squeeze: "pressure oom memory hog low-memory stress squeeze exhaust"
      case .release: "pressure oom relief memory hog"
      case .highOrders: "fault inject failure fail order fallback"
      case .shuffling: "defrag defragment compact compaction shrink reclaim evacuate move"
      case .shrinkCache: "shrink reclaim empty free slabs kmem_cache_shrink"
      case .page(let page): page.keywords
      case .workload: ""
      }
    return words.split(separator: " ").map(String.init)
  }
}

extension DashboardPage {
  /// Words that users type for the page.
  fileprivate var keywords: String {
    switch self {
    case .caches: "table list slabtop slabinfo top main"
    case .slabs: "fragmentation frag occupancy partial empty map pinned"
    case .pages: "buddy order orders fallback fallbacks fragmentation buddyinfo free"
    case .ledger: "memory rss usage chart graph total time bytes"
    case .sizes: "classes rounding waste histogram distribution request internal"
    case .generalCaches: "kmalloc gnode size-classes lookup"
    case .sites: "callsite callsites caller stack backtrace who allocator code profile lifetime"
    case .cpus: "cpu numa remote magazine percpu per-cpu core"
    case .growth: "growth leak leaks grow grew difference delta since increase suspects"
    case .shuffler: "defrag evacuation moved compaction"
    case .events: "log messages dmesg history alerts warnings failures"
    case .comparison: "compare diff versus linux side"
    }
  }
}
