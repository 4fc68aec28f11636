/// The row at the foot of the screen that names the keys, as htop's does.
public struct KeyBar: Widget {
  /// A key and what it does.
  public struct Item: Hashable, Sendable {
    /// The key's name, as on the keyboard: F1, /, Esc.
    public var key: String
    /// What it does, in a word.
    public var label: String

    /// A key that does what `label` says.
    public init(_ key: String, _ label: String) {
      self.key = key
      self.label = label
    }
  }

  /// The keys, the most important first: those that do not fit are left out from the right.
  public var items: [Item]
  /// The style of the keys' names and that of their labels.
  public var keyStyle, labelStyle: Style

  /// A bar that looks as `theme` has it.
  public init(_ items: [Item], theme: Theme) {
    self.items = items
    keyStyle = theme[.keyLabel]
    labelStyle = theme[.keyText]
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect.row(0), style: labelStyle)
    for (index, place) in places(in: rect) {
      let item = items[index]
      canvas.fill(Rect(x: place.minX, y: place.minY, width: item.key.displayWidth, height: 1), style: keyStyle)
      let used = canvas.draw(item.key, at: place.origin, style: keyStyle)
      canvas.draw(item.label, at: Point(x: place.minX + used, y: place.minY), style: labelStyle)
    }
  }

  /// The index of the item at `point`, if the bar is drawn in `rect`.
  public func item(at point: Point, in rect: Rect) -> Int? {
    places(in: rect).first { $0.1.contains(point) }?.0
  }

  private func places(in rect: Rect) -> [(Int, Rect)] {
    var x = rect.minX
    var places: [(Int, Rect)] = []
    for (index, item) in items.enumerated() {
      let width = item.key.displayWidth + item.label.displayWidth + 1
      guard x + width <= rect.maxX else { break }
      places.append((index, Rect(x: x, y: rect.minY, width: width, height: 1)))
      x += width
    }
    return places
  }
}
