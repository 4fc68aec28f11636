/// Value that can be drawn into a rectangle of a canvas.
///
/// Draw a widget with ``Canvas/draw(_:in:)``, which clips it to its rectangle.
public protocol Widget: Sendable {
  /// Draws the widget into `rect`. The rectangle may be smaller than the widget needs, and may be empty.
  func draw(on canvas: inout Canvas, in rect: Rect)
}
