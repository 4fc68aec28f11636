/// Reader of one form. It receives every line that has at least one word, and recognises the rows by their shape.
protocol PastedFormReader {
  var form: PastedForm { get }
  /// Reads a line.
  /// - Returns: nil if the line has neither the shape of a title nor that of a row.
  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow?
  /// Error of the last row if its end is missing.
  var truncatedRow: SlabinfoDecoder.ParseError? { get }
  /// Caches whose figures are on several lines, after the last line.
  var collected: [PastedCache] { get }
}

extension PastedFormReader {
  var truncatedRow: SlabinfoDecoder.ParseError? { nil }
  var collected: [PastedCache] { [] }
}

/// Line that a reader recognised.
enum PastedRow {
  /// Title or heading above the rows of a table.
  case title
  /// Line above the title that says how many caches the kernel has.
  case cacheCount(Int)
  /// Row of a cache.
  case cache(PastedCache)
  /// Row of a cache with question marks in place of figures.
  case unreadable(String)
}

/// Rows below one title.
struct PastedTable {
  /// Caches in the order of the rows.
  var caches: [PastedCache] = []
  /// Names of caches without figures.
  var unreadable: [String] = []
  /// Whether the table has a title; if not, the rows may have been selected by a command such as grep.
  var hasTitle = false
  /// Number of caches of the kernel according to the text above the table; nil if the text does not have it.
  var cacheCount: Int?
  /// Number of the line of the first row.
  var line = 0
  private var lastLine = 0

  /// Creates a table without rows.
  init() {}

  /// Creates a table of caches whose figures are on several lines.
  init(collected: [PastedCache], hasTitle: Bool) { (caches, self.hasTitle, line) = (collected, hasTitle, 1) }

  var isEmpty: Bool { caches.isEmpty && unreadable.isEmpty }

  /// Returns whether the table has the figures of all caches of the kernel.
  func listsAllCaches(_ form: PastedForm) -> Bool {
    guard hasTitle, unreadable.isEmpty else { return false }
    switch form {
    // The kernel reports only caches that cannot be reclaimed.
    case .outOfMemory: return false
    // slabtop sorts its rows, so that its output is often cut after the largest caches.
    case .slabtop: return cacheCount.map { caches.count >= $0 } ?? false
    case .slabinfo, .vmstat, .crash, .nodeExporter: return true
    }
  }

  /// Returns whether a row belongs to another table: it comes after other lines and its cache is already in this table.
  func endsBefore(_ cache: PastedCache) -> Bool {
    lastLine > 0 && cache.line > lastLine + 1 && caches.contains { $0.name == cache.name }
  }

  mutating func add(_ cache: PastedCache) {
    if isEmpty { line = cache.line }
    lastLine = cache.line
    caches.append(cache)
  }
}
