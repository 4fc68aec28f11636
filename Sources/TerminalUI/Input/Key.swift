/// A key of the keyboard, as far as terminals tell them apart.
public enum Key: Hashable, Sendable {
  /// A key that types something, with shift applied; the space bar is `" "`.
  case character(Character)
  /// Control and a letter, given in lower case, or another key of its row: `.control("l")`.
  case control(Character)
  /// An arrow.
  case up, down, left, right
  /// A screenful at a time, or to an end.
  case pageUp, pageDown, home, end
  /// Return, on either part of the keyboard.
  case enter
  /// The escape key by itself.
  case escape
  /// Tab, and tab with shift.
  case tab, backtab
  /// Deletes before or under the cursor.
  case backspace, delete
  /// Switches between inserting and replacing.
  case insert
  /// F1 is 1.
  case function(Int)
}
