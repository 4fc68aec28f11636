/// Key or key combination that a terminal reports.
package enum Key: Hashable, Sendable {
  /// Printable character, with shift applied; the space bar is `" "`.
  case character(Character)
  /// Control and a character, letters in lower case: `.control("l")`.
  case control(Character)
  /// Arrow key.
  case up, down, left, right
  /// Page Up, Page Down, Home or End.
  case pageUp, pageDown, home, end
  /// Enter, on the main keyboard or the keypad.
  case enter
  /// Escape.
  case escape
  /// Tab, without and with shift.
  case tab, backtab
  /// Backspace (deletes before the cursor) or Delete (deletes at the cursor).
  case backspace, delete
  /// Insert.
  case insert
  /// Function key by number: F1 is 1.
  case function(Int)
}
