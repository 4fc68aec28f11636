/// Something that draws itself into a rectangle of a canvas from values alone.
///
/// Draw one with ``Canvas/draw(_:in:)``, which clips it to its rectangle.
public protocol Widget: Sendable {
  /// Draws into `rect`; draws what it can where there is too little room.
  func draw(on canvas: inout Canvas, in rect: Rect)
}
