import Telemetry

extension PagesPanel {
  /// Labels of the page with their definitions, for the help screen.
  static let labels = [
    DefinedLabel("ORDER", "Page order: a block of order n has 2^n pages."),
    DefinedLabel("FREE BLOCKS", Figure.pageBlocksFreeByOrder.definition),
    DefinedLabel("FREE", "Bytes of the free blocks of the order."),
    DefinedLabel("SLABS", "Slabs of the order."),
    DefinedLabel("IN SLABS", "Bytes of the slabs of the order."),
    DefinedLabel("FELL BACK TO", Figure.fallbacksByOrder.definition),
    DefinedLabel("REFUSED", Figure.refusalsByOrder.definition),
    DefinedLabel("FREE PAGES", "Free pages in blocks of the order, in proportion to the largest number."),
  ]
}
