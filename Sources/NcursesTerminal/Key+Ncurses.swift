import CNcurses
import TerminalUI

extension Key {
  /// The key behind a character that was typed; nil for one that means nothing.
  init?(typed value: UInt32) {
    switch value {
    case 0: self = .control(" ")
    case 8, 127: self = .backspace
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    // Control takes two bits off a character of the row of capitals.
    case 1..<32:
      self = .control(Character(Character(Unicode.Scalar(UInt8(value) | 0x40)).lowercased()))
    default:
      guard let scalar = Unicode.Scalar(value) else { return nil }
      self = .character(Character(scalar))
    }
  }

  /// The key behind one of ncurses' KEY_ codes; nil for those no screen has a use for.
  init?(code: Int32) {
    switch code {
    case KEY_UP: self = .up
    case KEY_DOWN: self = .down
    case KEY_LEFT: self = .left
    case KEY_RIGHT: self = .right
    case KEY_PPAGE: self = .pageUp
    case KEY_NPAGE: self = .pageDown
    case KEY_HOME: self = .home
    case KEY_END: self = .end
    case KEY_ENTER: self = .enter
    case KEY_BTAB: self = .backtab
    case KEY_BACKSPACE: self = .backspace
    case KEY_DC: self = .delete
    case KEY_IC: self = .insert
    default:
      guard let number = (1...12).first(where: { curses_function_key(Int32($0)) == code }) else { return nil }
      self = .function(number)
    }
  }
}
