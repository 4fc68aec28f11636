import Telemetry
import TerminalUI

/// Figures of a host's selected cache if its slab occupancy is not known: orders, merged caches, free blocks of the page allocator,
/// and the reason why the occupancy is not known.
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
    let reason = problem.map { TextWrapping.lines(of: $0, width: inside.width).map { [Span($0, theme[.dim])] } } ?? []
    let lines = (cache.map(cacheLines) ?? []) + (freeBlocks.contains { $0 > 0 } ? [freeLine] : []) + reason
    for (index, spans) in lines.prefix(inside.height).enumerated() {
      canvas.draw(HostPanel.fitting(spans, inside.width), at: inside.row(index).origin, maxWidth: inside.width)
    }
  }

  /// Returns the leading pairs of label and value that fit into a width. Other lines are cut when they are drawn.
  private static func fitting(_ spans: [Span], _ width: Int) -> [Span] {
    var shown = spans
    while shown.count > 2, shown.count % 2 == 0, shown.reduce(0, { $0 + $1.text.displayWidth }) > width + 2 {
      shown.removeLast(2)
    }
    return shown
  }

  private func cacheLines(_ cache: CacheSnapshot) -> [[Span]] {
    // A figure that the source does not know is left out.
    let known = [
      ("slabs", cache[known: \.slabs, .slabs]),
      ("objects per slab", cache[known: \.objectsPerPreferredSlab, .objectsPerPreferredSlab]),
      ("order", cache[known: \.preferredOrder, .preferredOrder]), ("stride", cache[known: \.stride, .stride]),
    ]
    var figures = known.compactMap { label, value in
      value.map { (label, label == "slabs" ? NumberFormat.count($0) : String($0)) }
    }
    if let partial = cache.partialSlabs { figures.append(("partial", NumberFormat.count(partial))) }
    if let onCPUs = cache.slabsOnCPUs { figures.append(("on CPUs", NumberFormat.count(onCPUs))) }
    figures += cache.hostDetails.map { ($0.label, String($0.value)) }
    if let isReclaimable = cache.isReclaimable { figures.append(("reclaimable", isReclaimable ? "yes" : "no")) }
    if cache.magazineCapacity > 0 { figures.append(("magazine", String(cache.magazineCapacity))) }
    var lines = figures.isEmpty ? [] : [spans(figures)]
    if cache.knows(.slabsByOrder) {
      lines.append([Span("slabs by order  ", theme[.dim])] + orders(cache.slabsByOrder))
    }
    if cache.knows(.orderFallbacks), cache.orderFallbacks > 0 {
      let text = " slabs of a lower order than \(cache.preferredOrder) after order fallbacks (from num_objs)"
      lines.append([Span(NumberFormat.count(cache.orderFallbacks), theme[.warning]), Span(text, theme[.warning])])
    }
    if let reconciliation = cache.traffic?.reconciliation {
      lines.append(spans(ReconciliationFigures.figures(of: reconciliation)))
    }
    if !cache.aliases.isEmpty {
      let names = cache.aliases.joined(separator: ", ")
      lines.append([Span("merged caches  ", theme[.dim]), Span(names, theme[.text])])
    }
    return lines
  }

  private var freeLine: [Span] { [Span("free blocks by order  ", theme[.dim])] + orders(freeBlocks, all: true) }

  private func orders(_ counts: [Int], all: Bool = false) -> [Span] {
    counts.enumerated().filter { all || $0.element > 0 }.flatMap { order, count in
      [Span("\(order):", theme.orders[order]), Span("\(NumberFormat.count(count))  ", theme[.text])]
    }
  }

  private func spans(_ figures: [(String, String)]) -> [Span] {
    figures.flatMap { label, value in [Span(label + " ", theme[.dim]), Span(value + "  ", theme[.text])] }
  }
}
