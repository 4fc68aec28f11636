import CNcurses
import TerminalUI
import Testing

@testable import NcursesTerminal

@Suite struct KeyTests {
  @Test func characterCodesMapToKeys() {
    let typed: [UInt32] = [0, 1, 8, 9, 10, 12, 13, 26, 27, 28, 31, 32, 0x41, 0x7f, 0xe9, 0x1f600, 0x11_0000]
    let expected: [Key?] = [
      .control(" "), .control("a"), .backspace, .tab, .enter, .control("l"), .enter, .control("z"), .escape,
      .control("\\"), .control("_"), .character(" "), .character("A"), .backspace, .character("é"), .character("😀"),
      nil,
    ]
    #expect(typed.map(Key.init(typed:)) == expected)
  }

  @Test func ncursesKeyCodesMapToKeys() {
    let codes = [
      KEY_UP, KEY_NPAGE, KEY_BTAB, KEY_DC, curses_function_key(1), curses_function_key(12), curses_function_key(13),
      KEY_RESIZE,
    ]
    #expect(
      codes.map(Key.init(code:)) == [.up, .pageDown, .backtab, .delete, .function(1), .function(12), nil, nil])
  }
}
