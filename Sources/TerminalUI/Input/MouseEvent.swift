/// Something the mouse did.
public struct MouseEvent: Hashable, Sendable {
  /// What it did.
  public enum Action: Hashable, Sendable {
    /// A button went down.
    case press(Button)
    /// The wheel turned away from the user.
    case wheelUp
    /// The wheel turned towards the user.
    case wheelDown
  }

  /// A button of the mouse.
  public enum Button: Hashable, Sendable {
    /// Where the index finger lies.
    case left
    /// Often the wheel, pressed.
    case middle
    /// Opens a menu elsewhere.
    case right
  }

  /// What happened.
  public let action: Action
  /// The cell it happened over.
  public let position: Point

  /// `action` over the cell at `position`.
  public init(_ action: Action, at position: Point) {
    self.action = action
    self.position = position
  }
}
