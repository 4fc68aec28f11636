import Telemetry
import TerminalUI

/// The figures of a host's selected cache, where its slabs are not known by occupancy: orders, caches merged into it, and the page
/// allocator's free blocks; and why the slabs are not known.
struct HostPanel: Widget {
  private let cache: CacheSnapshot?
  private let freeBlocks: [Int]
  private let problem: String?
  private let theme: Theme
  private let glyphs: GlyphSet

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    cache = state.selected
    freeBlocks = state.snapshot?.pageBlocksFreeByOrder ?? []
    problem = state.snapshot?.occupancyProblem
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height >= 3, rect.width > 30 else { return }
    let box = Box(title: cache?.name ?? "caches", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let why = problem.map { wrapped($0, width: inside.width) } ?? []
    let lines = (cache.map(cacheLines) ?? []) + (freeBlocks.contains { $0 > 0 } ? [freeLine] : []) + why
    for (index, spans) in lines.prefix(inside.height).enumerated() {
      canvas.draw(HostPanel.fitting(spans, inside.width), at: inside.row(index).origin, maxWidth: inside.width)
    }
  }

  /// Figures come as a label and its value: without room for both, neither is shown. Longer lines are cut.
  private static func fitting(_ spans: [Span], _ width: Int) -> [Span] {
    var shown = spans
    while shown.count > 2, shown.count % 2 == 0, shown.reduce(0, { $0 + $1.text.displayWidth }) > width + 2 {
      shown.removeLast(2)
    }
    return shown
  }

  private func cacheLines(_ cache: CacheSnapshot) -> [[Span]] {
    var figures = [
      ("slabs", Figures.count(cache.slabs)), ("objects a slab", String(cache.objectsPerPreferredSlab)),
      ("order", String(cache.preferredOrder)), ("stride", String(cache.stride)),
    ]
    if let partial = cache.partialSlabs { figures.append(("partial", Figures.count(partial))) }
    if let onCPUs = cache.slabsOnCPUs { figures.append(("on CPUs", Figures.count(onCPUs))) }
    figures += cache.hostDetails.map { ($0.label, String($0.value)) }
    if cache.magazineCapacity > 0 { figures.append(("magazine", String(cache.magazineCapacity))) }
    var lines = [spans(figures), [Span("slabs by order  ", theme[.dim])] + orders(cache.slabsByOrder)]
    if cache.orderFallbacks > 0 {
      let text = " slabs of a lower order than \(cache.preferredOrder): memory had none (num_objs tells)"
      lines.append([Span(Figures.count(cache.orderFallbacks), theme[.warning]), Span(text, theme[.warning])])
    }
    if !cache.aliases.isEmpty {
      let names = cache.aliases.joined(separator: ", ")
      lines.append([Span("its slabs are shared by  ", theme[.dim]), Span(names, theme[.text])])
    }
    return lines
  }

  /// A sentence in lines of a width.
  private func wrapped(_ text: String, width: Int) -> [[Span]] {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { [Span($0, theme[.dim])] }
  }

  private var freeLine: [Span] { [Span("free blocks by order  ", theme[.dim])] + orders(freeBlocks, all: true) }

  private func orders(_ counts: [Int], all: Bool = false) -> [Span] {
    counts.enumerated().filter { all || $0.element > 0 }.flatMap { order, count in
      [Span("\(order):", theme.orders[order]), Span("\(Figures.count(count))  ", theme[.text])]
    }
  }

  private func spans(_ figures: [(String, String)]) -> [Span] {
    figures.flatMap { label, value in [Span(label + " ", theme[.dim]), Span(value + "  ", theme[.text])] }
  }
}
