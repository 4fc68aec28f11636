/// Row of keys and their labels at the bottom of the screen, in the style of htop.
package struct KeyBar: Widget {
  /// Key and the label of its action.
  package struct Item: Hashable, Sendable {
    /// Name of the key: F1, /, Esc.
    package var key: String
    /// Label of the action, one or two words.
    package var label: String

    /// Creates an item for `key` with the label of its action.
    package init(_ key: String, _ label: String) {
      self.key = key
      self.label = label
    }
  }

  /// Keys from left to right. The last ones are omitted if they do not fit, so the most important key comes first. A mark
  /// such as `+3` at the right edge says how many are omitted.
  package var items: [Item]
  /// Styles of the key names and of the labels.
  package var keyStyle, labelStyle: Style

  /// Creates a key bar in the styles of `theme`.
  package init(_ items: [Item], theme: Theme) {
    self.items = items
    keyStyle = theme[.keyLabel]
    labelStyle = theme[.keyText]
  }

  /// Draws the key bar into the first row of `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect.row(0), style: labelStyle)
    let placements = placements(in: rect)
    if placements.count < items.count {
      let mark = KeyBar.mark(items.count - placements.count)
      let x = rect.maxX - mark.displayWidth
      if x >= placements.last?.1.maxX ?? rect.minX { canvas.draw(mark, at: Point(x: x, y: rect.minY), style: keyStyle) }
    }
    for (index, placement) in placements {
      let item = items[index]
      canvas.fill(Rect(x: placement.minX, y: placement.minY, width: item.key.displayWidth, height: 1), style: keyStyle)
      let used = canvas.draw(item.key, at: placement.origin, style: keyStyle)
      canvas.draw(item.label, at: Point(x: placement.minX + used, y: placement.minY), style: labelStyle)
    }
  }

  /// Returns the index of the item at `point` if the bar is drawn into `rect`; nil if there is no item.
  package func item(at point: Point, in rect: Rect) -> Int? {
    placements(in: rect).first { $0.1.contains(point) }?.0
  }

  /// Mark of a number of omitted items.
  private static func mark(_ count: Int) -> String { " +\(count)" }

  /// Returns the index and rectangle of each item that fits. If some do not, the mark of their number fits too.
  private func placements(in rect: Rect) -> [(Int, Rect)] {
    var x = rect.minX
    var placements: [(Int, Rect)] = []
    for (index, item) in items.enumerated() {
      let width = item.key.displayWidth + item.label.displayWidth + 1
      let left = items.count - index - 1
      guard x + width + (left > 0 ? KeyBar.mark(left).displayWidth : 0) <= rect.maxX else { break }
      placements.append((index, Rect(x: x, y: rect.minY, width: width, height: 1)))
      x += width
    }
    return placements
  }
}
