import Telemetry

extension PagesPanel {
  /// Labels of the page with their definitions, for the help screen.
  static let labels =
    [
      DefinedLabel("ORDER", "Page order: a block of order n has 2^n pages."),
      DefinedLabel("FREE BLOCKS", Figure.pageBlocksFreeByOrder.definition),
      DefinedLabel("FREE", "Bytes of the free blocks of the order."),
      DefinedLabel("SLABS", "Slabs of the order."),
      DefinedLabel("IN SLABS", "Bytes of the slabs of the order."),
      DefinedLabel("FALLBACKS TO", Figure.fallbacksByOrder.definition),
      DefinedLabel("REFUSED", Figure.refusalsByOrder.definition),
      DefinedLabel("FREE PAGES", "Free pages in blocks of the order, in proportion to the largest number."),
    ] + PoolOrdersPanel.labels
}

extension PoolOrdersPanel {
  /// Labels of the table of pools with their definitions.
  static let labels = [
    DefinedLabel("POOL", "Cache whose slabs are counted, with those of the caches that share them."),
    DefinedLabel("ALTERNATION", "Page orders that successive slabs are planned to take, in turn."),
    DefinedLabel("PLANNED", "Planned page orders of the slabs allocated so far, each with its share in percent."),
    DefinedLabel("ACTUAL", "Page orders that these slabs have, each with its share in percent."),
    DefinedLabel("FALLBACKS", Figure.orderFallbacks.definition),
    DefinedLabel("RETRIES", "Requests of an order that was refused before and then avoided for a while."),
    DefinedLabel(
      "NOT REQUESTED", "Attempts to add a slab in which an order was not requested because it was refused before."),
    DefinedLabel(
      "AVOIDED FOR", "Time of the workload for which each refused order was avoided; * marks orders avoided now."),
  ]
}
