import CNcurses
import TerminalUI

extension Key {
  /// Creates the key that sends a character code; nil if the code is not a Unicode scalar.
  init?(typed value: UInt32) {
    switch value {
    case 0: self = .control(" ")
    case 8, 127: self = .backspace
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    // Control clears bits 5 and 6 of a letter's code.
    case 1..<32:
      self = .control(Character(Character(Unicode.Scalar(UInt8(value) | 0x40)).lowercased()))
    default:
      guard let scalar = Unicode.Scalar(value) else { return nil }
      self = .character(Character(scalar))
    }
  }

  /// Creates the key for an ncurses KEY_ code; nil if ``Key`` has no case for the code.
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
