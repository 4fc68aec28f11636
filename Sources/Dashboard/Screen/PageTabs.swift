import TerminalUI

/// Row of page names behind their keys. A name is drawn whole or not at all; at either end of the row, a mark says how many pages
/// have no room.
struct PageTabs: Widget {
  let pages: [DashboardPage]
  /// Page in view: its name is always drawn.
  let view: DashboardPage
  let theme: Theme
  let glyphs: GlyphSet

  init(of state: DashboardState, theme: Theme = .monochrome, glyphs: GlyphSet = .ascii) {
    pages = DashboardPage.available(from: state.status.source)
    (view, self.theme, self.glyphs) = (state.view, theme, glyphs)
  }

  /// Name or mark with its place in a row.
  private struct Item {
    /// Page that a click shows: the page of a name, or the nearest page that a mark stands for.
    let page: DashboardPage
    let spans: [Span]
    let x: Int
    var width: Int { spans.reduce(0) { $0 + $1.text.displayWidth } }
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for item in items(in: rect.width) { canvas.draw(item.spans, at: Point(x: rect.minX + item.x, y: rect.minY)) }
  }

  /// Returns the page whose name is at a point of a row; nil if there is none.
  func page(at point: Point, in row: Rect) -> DashboardPage? {
    guard row.contains(point) else { return nil }
    let x = point.x - row.minX
    return items(in: row.width).first { $0.x <= x && x < $0.x + $0.width }?.page
  }

  /// Width of a page's key and name.
  private static func width(_ page: DashboardPage) -> Int { 2 + page.rawValue.count }

  /// Returns the pages from `first` on whose names fit into a row beside the marks of the other pages.
  private func visible(from first: Int, gap: Int, in width: Int) -> Range<Int> {
    var (end, x) = (first, 1 + (first > 0 ? mark(first, isLeft: true).displayWidth + gap : 0))
    while end < pages.count {
      let next = x + PageTabs.width(pages[end])
      let hidden = pages.count - end - 1
      let rest = hidden > 0 ? gap + mark(hidden, isLeft: false).displayWidth : 0
      // The page in view is always visible, even in a row without room for the marks.
      guard next + rest <= width || end == first else { break }
      (end, x) = (end + 1, next + gap)
    }
    return first..<end
  }

  /// Returns the mark of a number of pages that have no room.
  private func mark(_ count: Int, isLeft: Bool) -> String {
    let (left, right) = glyphs.isASCII ? ("<", ">") : ("‹", "›")
    return isLeft ? "\(left) \(count) more" : "\(count) more \(right)"
  }

  private func items(in width: Int) -> [Item] {
    guard let current = pages.firstIndex(of: view) ?? pages.indices.first else { return [] }
    let wide = visible(from: 0, gap: 2, in: width)
    let gap = wide.count == pages.count ? 2 : 1
    // The row scrolls only if the page in view would not be visible otherwise.
    let shown = (0...current).lazy.map { visible(from: $0, gap: gap, in: width) }.first { $0.contains(current) }
    guard let shown else { return [] }
    var items: [Item] = []
    var x = 1
    func add(_ page: DashboardPage, _ spans: [Span]) {
      items.append(Item(page: page, spans: spans, x: x))
      x += (items.last?.width ?? 0) + gap
    }
    if shown.lowerBound > 0 {
      add(pages[shown.lowerBound - 1], [Span(mark(shown.lowerBound, isLeft: true), theme[.accent])])
    }
    for page in pages[shown] {
      let isShown = page == view
      add(
        page,
        [
          Span(String(page.key), theme[isShown ? .selected : .keyLabel]),
          Span(" " + page.rawValue, theme[isShown ? .selected : .dim]),
        ])
    }
    let hidden = pages.count - shown.upperBound
    if hidden > 0, x + mark(hidden, isLeft: false).displayWidth <= width {
      add(pages[shown.upperBound], [Span(mark(hidden, isLeft: false), theme[.accent])])
    }
    return items
  }
}
