/// Mouse event: an action and the cell under the pointer.
package struct MouseEvent: Hashable, Sendable {
  /// Kind of a mouse event.
  package enum Action: Hashable, Sendable {
    /// A button was pressed.
    case press(Button)
    /// The wheel was turned away from the user.
    case wheelUp
    /// The wheel was turned towards the user.
    case wheelDown
  }

  /// Mouse button.
  package enum Button: Hashable, Sendable {
    /// Left button (button 1).
    case left
    /// Middle button (button 2), often the wheel.
    case middle
    /// Right button (button 3).
    case right
  }

  /// Kind of the event.
  package let action: Action
  /// Position of the cell under the pointer.
  package let position: Point

  /// Creates an event of kind `action` over the cell at `position`.
  package init(_ action: Action, at position: Point) {
    self.action = action
    self.position = position
  }
}
